/** Axis maps from the weights of each output, however they came about. */

import type { AxisMap } from '@bandweave/image';

/** The inputs that an output takes and their weights. */
export type SparseRow = ReadonlyMap<number, number>;

/** One filtering or resampling step: what one of its outputs takes from its inputs. */
export type Step = (output: number) => SparseRow;

/** An output followed back through steps, the last one applied first. */
export function throughSteps(output: number, steps: readonly Step[]): SparseRow {
  let row: SparseRow = new Map([[output, 1]]);
  for (let s = steps.length - 1; s >= 0; s--) {
    const next = new Map<number, number>();
    for (const [at, weight] of row) {
      for (const [input, share] of steps[s](at)) {
        next.set(input, (next.get(input) ?? 0) + weight * share);
      }
    }
    row = next;
  }
  return row;
}

/** The rows as a map; `shift` is added to every input. */
export function mapOfRows(
  rows: readonly SparseRow[],
  { inputs, shift = 0 }: { readonly inputs: number; readonly shift?: number },
): AxisMap {
  let taps = 1;
  const first = new Int32Array(rows.length);
  rows.forEach((row, o) => {
    const keys = [...row.keys()];
    const low = Math.min(...keys);
    first[o] = low + shift;
    taps = Math.max(taps, Math.max(...keys) - low + 1);
  });
  // No output reaches beyond the inputs, not even with weights of 0.
  for (let o = 0; o < first.length; o++) first[o] = Math.min(first[o], inputs - taps);
  const weights = new Float64Array(rows.length * taps);
  rows.forEach((row, o) => {
    for (const [input, weight] of row) weights[o * taps + input + shift - first[o]] = weight;
  });
  return { inputs, outputs: rows.length, taps, first, weights, negativeLobes: false };
}
