/** One thing whose cost is measured alone: data for the runner and for the profilers. */
export interface MicroCase {
  /** As `update-check`. */
  readonly name: string;
  /** What one operation is. */
  readonly unit: string;
  /** Makes the inputs. Not measured. */
  setup(): Prepared;
}

export interface Prepared {
  /** Operations of one `run`: enough that the clock's grain does not show, some 0.1 to 10 ms. */
  readonly ops: number;
  /** Wire octets of one `run`, where there are any. */
  readonly octets?: number;
  /**
   * Does all operations and gives a number that depends on each of them. It must be the same every time: the runner
   * compares, so that no compiler may drop the work and no case may fail in silence.
   */
  run(): number;
}
