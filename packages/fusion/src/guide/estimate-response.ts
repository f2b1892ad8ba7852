/** How the guide's sensor sees the cube, from the pair itself or on the scale of the pair. */

import { solveNonNegative } from '@bandweave/image';

export interface ResponsePair {
  /** [bands, pixels] of the cube */
  readonly cube: Float64Array;
  /** [guides, pixels]: the guide on the cube's grid */
  readonly guide: Float64Array;
  readonly pixels: number;
  /** 0 where a pixel does not count. */
  readonly mask?: Uint8Array;
}

/** Pixels that are looked at, spread over the pair. */
const MOST_PIXELS = 4096;
/** Weight of a response that is rough from band to band, over the cube's mean energy. */
const ROUGHNESS = 1e-3;

/**
 * One row a guide band, one weight a band of the cube: least squares without negative weights, drawn
 * to responses that are smooth from band to band, since few pixels do not tell neighbours apart.
 * min |g - r'X|^2 + 1e-3 tr(XX')/bands sum_k (r_k - r_{k+1})^2, r >= 0.
 */
export function estimateResponse(pair: ResponsePair): number[][] {
  const { cube, guide, pixels } = pair;
  const chosen = chosenPixels(pair);
  const bands = cube.length / pixels;
  const gram = new Float64Array(bands * bands);
  const rows = Array.from({ length: bands }, (_, k) => picked(cube, k * pixels, chosen));
  let trace = 0;
  for (let i = 0; i < bands; i++) {
    for (let j = 0; j <= i; j++) {
      gram[i * bands + j] = dot(rows[i], rows[j]);
      gram[j * bands + i] = gram[i * bands + j];
    }
    trace += gram[i * bands + i];
  }
  const rough = (ROUGHNESS * trace) / bands;
  for (let i = 0; i + 1 < bands; i++) {
    gram[i * bands + i] += rough;
    gram[(i + 1) * bands + i + 1] += rough;
    gram[i * bands + i + 1] -= rough;
    gram[(i + 1) * bands + i] -= rough;
  }
  return Array.from({ length: guide.length / pixels }, (_, g) => {
    const seen = picked(guide, g * pixels, chosen);
    const right = Float64Array.from(rows, (row) => dot(row, seen));
    return [...solveNonNegative(gram, right)];
  });
}

/** A known response on the guide's scale: each row times what fits the pair best. */
export function scaleResponse(
  response: readonly (readonly number[])[],
  pair: ResponsePair,
): number[][] {
  const { cube, guide, pixels } = pair;
  const chosen = chosenPixels(pair);
  return response.map((row, g) => {
    const made = new Float64Array(chosen.length);
    for (const [k, weight] of row.entries()) {
      if (weight === 0) continue;
      for (const [i, pixel] of chosen.entries()) made[i] += weight * cube[k * pixels + pixel];
    }
    const factor = dot(made, picked(guide, g * pixels, chosen)) / Math.max(dot(made, made), 1e-300);
    return row.map((weight) => weight * factor);
  });
}

function chosenPixels({ pixels, mask }: ResponsePair): number[] {
  const valid = Array.from({ length: pixels }, (_, i) => i).filter((i) => mask?.[i] !== 0);
  const step = Math.max(1, Math.ceil(valid.length / MOST_PIXELS));
  return valid.filter((_, i) => i % step === 0);
}

const picked = (data: Float64Array, from: number, pixels: readonly number[]) =>
  Float64Array.from(pixels, (i) => data[from + i]);

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
