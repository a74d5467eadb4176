/** Results that cannot be kept or read, said in one line for the user: what is wrong and what to do. */
export class ResultsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ResultsError";
  }
}
