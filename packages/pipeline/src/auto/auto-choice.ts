/** What `auto` chose, and why. */

export interface AutoScore {
  readonly method: string;
  /** Mean over blocks of the sample, one scale down. */
  readonly q2n: number;
  /** Over `mtf-glp-fs`: mean of the differences by block, and its standard error. */
  readonly gain: number;
  readonly error: number;
}

export interface AutoChoice {
  readonly method: string;
  /** One line for a person. */
  readonly reason: string;
  /** Best first; none where the scene could not be judged. */
  readonly scores: readonly AutoScore[];
}
