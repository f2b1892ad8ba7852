/** What every index says of itself. */

export interface IndexInfo {
  /** As `assess --json` names it. */
  readonly key: string;
  readonly title: string;
  /** Lowest and highest value that can come out. */
  readonly range: readonly [low: number, high: number];
  /** The value of a perfect image. */
  readonly best: number;
  /** Whether higher or lower values are better. */
  readonly direction: 'higher' | 'lower';
  /** Degrees, counts, percent, dB; '' for none. */
  readonly unit: string;
  /** Whose rule it follows, and what the rule fixes that others fix differently. */
  readonly convention: string;
}
