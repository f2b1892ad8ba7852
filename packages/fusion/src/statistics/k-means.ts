/** K-means on the bands of a fixed lattice of pixels: the same classes however a scene is cut. */

import { type FloatSamples, randomFrom } from '@bandweave/image';
import type { FusionWindow, Scene } from '../method.js';

/** Pixels on a side of the lattice. */
const SIDE = 64;
/** Places for samples; each takes a flag and one value a band. */
export const SAMPLES = SIDE * SIDE;

const SEED = 1;
const ROUNDS = 50;
/** One start may end in a poor optimum, and another one after rounding its input: the best counts. */
const STARTS = 8;

/** Puts the lattice's pixels that lie in the window into their places. */
export function addSamples(
  { exp, mask, rows, cols, width, height }: FusionWindow,
  scene: Scene,
  sums: Float64Array,
): void {
  const { bands } = scene;
  const pixels = height * width;
  const place = (i: number, size: number) => Math.floor(((i + 0.5) * size) / SIDE);
  for (let i = 0; i < SIDE; i++) {
    const row = place(i, scene.height) - rows.start;
    if (row < 0 || row >= height) continue;
    for (let j = 0; j < SIDE; j++) {
      const col = place(j, scene.width) - cols.start;
      if (col < 0 || col >= width) continue;
      const p = row * width + col;
      if (mask && mask[p] === 0) continue;
      const at = (i * SIDE + j) * (bands + 1);
      sums[at] = 1;
      for (let k = 0; k < bands; k++) sums[at + 1 + k] = exp[k * pixels + p];
    }
  }
}

/**
 * Centres of the classes, [classes, bands]: k-means++ with a fixed seed, then Lloyd's rounds until
 * nothing moves, from several starts; those from which samples lie least far in all. Fewer distinct
 * samples than classes leave centres that coincide.
 */
export function seededCentres(
  sums: Float64Array,
  { bands, classes }: { readonly bands: number; readonly classes: number },
): number[] {
  const kept: number[] = [];
  for (let i = 0; i < SAMPLES; i++) if (sums[i * (bands + 1)] > 0) kept.push(i);
  const count = kept.length;
  if (count === 0) return new Array<number>(classes * bands).fill(0);
  const columns = Array.from({ length: bands }, (_, k) =>
    Float64Array.from(kept, (i) => sums[i * (bands + 1) + 1 + k]),
  );
  const random = randomFrom(SEED);
  let best: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let start = 0; start < STARTS; start++) {
    const centres = settled(columns, spreadOut(columns, { count, classes, random }));
    const away = inertia(columns, centres);
    if (away < least) {
      least = away;
      best = centres;
    }
  }
  return best;
}

/** Lloyd's rounds. */
function settled(columns: readonly FloatSamples[], first: number[]): number[] {
  let centres = first;
  for (let round = 0; round < ROUNDS; round++) {
    const next = means(columns, nearestCentres(columns, centres), centres);
    if (next.every((value, i) => value === centres[i])) break;
    centres = next;
  }
  return centres;
}

/** Sum of squared distances to the nearest centre. */
function inertia(columns: readonly FloatSamples[], centres: readonly number[]): number {
  const found = nearestCentres(columns, centres);
  return columns.reduce((sum, column, k) => {
    for (let p = 0; p < found.length; p++) {
      sum += (column[p] - centres[found[p] * columns.length + k]) ** 2;
    }
    return sum;
  }, 0);
}

/** The first centres: each drawn by its squared distance to those before (Arthur, Vassilvitskii 2007). */
function spreadOut(
  columns: readonly FloatSamples[],
  {
    count,
    classes,
    random,
  }: {
    readonly count: number;
    readonly classes: number;
    readonly random: ReturnType<typeof randomFrom>;
  },
): number[] {
  const away = new Float64Array(count).fill(1);
  const centres: number[] = [];
  for (let i = 0; i < classes; i++) {
    const total = away.reduce((sum, value) => sum + value, 0);
    let left = random.next() * total;
    let pick = 0;
    while (pick < count - 1 && left >= away[pick]) left -= away[pick++];
    const centre = columns.map((column) => column[pick]);
    centres.push(...centre);
    for (let p = 0; p < count; p++) {
      let distance = 0;
      columns.forEach((column, k) => {
        distance += (column[p] - centre[k]) ** 2;
      });
      away[p] = i === 0 ? distance : Math.min(away[p], distance);
    }
  }
  return centres;
}

function means(
  columns: readonly FloatSamples[],
  found: Uint8Array,
  before: readonly number[],
): number[] {
  const bands = columns.length;
  const counts = new Float64Array(before.length / bands);
  const sums = new Float64Array(before.length);
  for (let p = 0; p < found.length; p++) {
    counts[found[p]]++;
    for (let k = 0; k < bands; k++) sums[found[p] * bands + k] += columns[k][p];
  }
  return before.map((value, i) => {
    const own = counts[Math.floor(i / bands)];
    return own > 0 ? sums[i] / own : value;
  });
}

/** The index of the nearest centre for every pixel; of the first where several are. */
export function nearestCentres(
  columns: readonly FloatSamples[],
  centres: readonly number[],
): Uint8Array {
  const bands = columns.length;
  const classes = centres.length / bands;
  const pixels = columns[0].length;
  const found = new Uint8Array(pixels);
  const best = new Float64Array(pixels).fill(Number.POSITIVE_INFINITY);
  const distance = new Float64Array(pixels);
  for (let i = 0; i < classes; i++) {
    distance.fill(0);
    for (let k = 0; k < bands; k++) {
      const column = columns[k];
      const centre = centres[i * bands + k];
      for (let p = 0; p < pixels; p++) {
        const away = column[p] - centre;
        distance[p] += away * away;
      }
    }
    for (let p = 0; p < pixels; p++) {
      if (distance[p] < best[p]) {
        best[p] = distance[p];
        found[p] = i;
      }
    }
  }
  return found;
}
