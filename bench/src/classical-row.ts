/** A line of the classical benchmark. */

export interface ClassicalRow {
  readonly name: string;
  /** What Octave took on two cores. */
  readonly peerSeconds: number;
  run(): unknown;
}
