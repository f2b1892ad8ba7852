/** Models that hold for blocks of a scene, mixed between their centres or not. */

import type { FloatSamples, Span } from '@bandweave/image';
import type { FusionWindow, Scene } from '../method.js';

/** Blocks along an axis: what is left over at the end joins the last where it is less than half. */
export function blocksAlong(size: number, block: number): number {
  return Math.max(1, Math.floor(size / block + 0.5));
}

interface BlockGrid {
  readonly size: number;
  readonly block: number;
  readonly mixed: boolean;
}

/** For every pixel of a span the block that it takes, the next one, and the share of the next. */
export function blockAxis({ size, block, mixed }: BlockGrid, { start, end }: Span) {
  const last = blocksAlong(size, block) - 1;
  const lower = new Int32Array(end - start);
  const upper = new Int32Array(end - start);
  const share = new Float64Array(end - start);
  for (let i = 0; i < lower.length; i++) {
    const at = (start + i + 0.5) / block - (mixed ? 0.5 : 0);
    const below = Math.min(last, Math.max(0, Math.floor(at)));
    lower[i] = below;
    upper[i] = Math.min(last, below + 1);
    if (mixed) share[i] = Math.min(1, Math.max(0, at - below));
  }
  return { lower, upper, share };
}

/** out_k = exp_k + sum_j model[k, j] exp_j + model[k, bands] PAN, the model that of the place. */
export function applyBlocks(
  { exp, pan, rows, cols, width }: FusionWindow,
  { bands, block = 1, height: tall, width: wide }: Scene,
  { models, mixed }: { readonly models: readonly (readonly number[])[]; readonly mixed: boolean },
  out: FloatSamples,
): void {
  const pixels = pan.length;
  const across = blocksAlong(wide, block);
  const down = blockAxis({ size: tall, block, mixed }, rows);
  const along = blockAxis({ size: wide, block, mixed }, cols);
  const ahead = new Float64Array(across);
  out.set(exp);
  for (let y = 0; y < down.lower.length; y++) {
    const share = down.share[y];
    const above = down.lower[y] * across;
    const below = down.upper[y] * across;
    const at = y * width;
    for (let k = 0; k < bands; k++) {
      const target = k * pixels + at;
      for (let j = 0; j <= bands; j++) {
        const entry = k * (bands + 1) + j;
        for (let b = 0; b < across; b++) {
          ahead[b] = (1 - share) * models[above + b][entry] + share * models[below + b][entry];
        }
        const source = j < bands ? exp : pan;
        const from = (j < bands ? j * pixels : 0) + at;
        for (let x = 0; x < width; x++) {
          const part = along.share[x];
          const weight = (1 - part) * ahead[along.lower[x]] + part * ahead[along.upper[x]];
          out[target + x] += weight * source[from + x];
        }
      }
    }
  }
}
