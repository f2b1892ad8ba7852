/** Correlated texture: value noise on a hashed lattice, evaluated a row at a time. */

import { latticeHash } from './random.js';

const smooth = (t: number) => t * t * (3 - 2 * t);

/**
 * Adds one row of value noise, values in [-amplitude, amplitude], to `row`.
 * The field is a function of (x, y) alone, so strips and tiles agree on it.
 *
 * @param row  values at x = x0, x0 + step, ...
 * @param line where the row lies and how coarse the lattice is: `cell` in the unit of x and y
 */
export function addNoiseRow(
  row: Float32Array,
  line: { x0: number; step: number; y: number; cell: number; seed: number },
  amplitude: number,
): void {
  const { x0, step, y, cell, seed } = line;
  const gy = y / cell;
  const iy = Math.floor(gy);
  const fy = smooth(gy - iy);
  let held = Number.NaN;
  let left = 0;
  let right = 0;
  for (let i = 0; i < row.length; i++) {
    const gx = (x0 + i * step) / cell;
    const ix = Math.floor(gx);
    if (ix !== held) {
      left = column(ix, iy, fy, seed);
      right = column(ix + 1, iy, fy, seed);
      held = ix;
    }
    const fx = smooth(gx - ix);
    row[i]! += amplitude * (left + (right - left) * fx);
  }
}

function column(ix: number, iy: number, fy: number, seed: number): number {
  const top = latticeHash(ix, iy, seed) / 0x80000000 - 1;
  const bottom = latticeHash(ix, iy + 1, seed) / 0x80000000 - 1;
  return top + (bottom - top) * fy;
}

/** Fills `row` with octaves of noise: cell, cell/2, cell/4 ..., each with `gain` of the last. */
export function fractalRow(
  row: Float32Array,
  line: { x0: number; step: number; y: number; cell: number; seed: number },
  { octaves, gain = 0.55 }: { octaves: number; gain?: number },
): void {
  row.fill(0);
  let total = 0;
  for (let o = 0; o < octaves; o++) total += gain ** o;
  for (let o = 0; o < octaves; o++) {
    const at = { ...line, cell: line.cell / 2 ** o, seed: line.seed + 101 * o };
    addNoiseRow(row, at, gain ** o / total);
  }
}
