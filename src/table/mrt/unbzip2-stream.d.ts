/** The package ships no types. A "through" stream: works synchronously, emits data, error and end. */
declare module "unbzip2-stream" {
  const unbzip2: () => {
    write(chunk: Uint8Array): boolean;
    end(): void;
    destroy(): void;
    on(event: string, listener: (argument: never) => void): unknown;
  };
  export default unbzip2;
}
