/** TV: pansharpening by total variation (Palsson, Sveinsson, Ulfarsson 2014). */

import { resamplePlane } from '@bandweave/image';
import type { FusionMethod, Scene } from '../method.js';
import { type Block, blockOf, resizeAxes } from './block.js';
import { divergence, gradient } from './gradient.js';

export interface VariationOptions {
  /** PAN = sum weights[k] x_k; by default the toolbox's constants, scaled to the scene. */
  readonly weights?: readonly number[];
  /** Step: larger is slower and safer; raised where the weights need it unless as released. */
  readonly alpha?: number;
  /** Weight of the total variation. */
  readonly lambda?: number;
  /** At least the largest eigenvalue of D D', which is 8. */
  readonly c?: number;
  readonly iterations?: number;
}

/** What the toolbox takes for four bands (IKONOS) and for more (WorldView). */
const FOUR = { alpha: 1.064, lambda: 0.47106, iterations: 10 };
const MORE = { alpha: 0.75, lambda: 0.001, iterations: 50 };
const WEIGHTS: Readonly<Record<number, readonly number[]>> = {
  4: [0.1091, 0.2127, 0.2928, 0.3854],
  8: [0.0657, 0.1012, 0.1537, 0.1473, 0.1245, 0.1545, 0.1338, 0.1192],
};

/**
 * The x that minimises |ms - S x|^2 + |PAN - sum w_k x_k|^2 + lambda TV(x), S shrinking by a
 * bilinear with antialiasing, approached by majorisation and minimisation from x = 0:
 * b = alpha x + S'(ms - S x) + w (PAN - w'x), z <- (D b + (c - D D') z) / (2 alpha / lambda |D x| + c),
 * x <- (b - D' z) / alpha, where S' stands for enlarging by a bilinear.
 *
 * The original computes D D' z in place of (c - D D') z and takes the vertical part of band k from
 * plane k + 4 whatever the number of bands; that is `released` (where there is no such plane, with
 * fewer than four bands, the band's own is taken).
 */
export function totalVariation(options: VariationOptions = {}): FusionMethod<null> {
  return {
    name: 'tv',
    title: 'Total variation',
    source: 'Palsson, Sveinsson, Ulfarsson 2014',
    panMargin: () => 0,
    panBorder: 'replicate',
    extent: 'scene',
    fuse(window, scene, _parameters, out) {
      const block = blockOf(window, scene);
      const ms = block.ms();
      const weights = options.weights ?? weightsFor(block, ms, scene);
      const given = { ...(scene.bands <= 4 ? FOUR : MORE), c: 8, ...options };
      const { mode } = scene;
      const alpha = mode === 'released' ? given.alpha : Math.max(given.alpha, safeStep(weights));
      const x = minimise(block, ms, { ...given, alpha, weights, mode });
      const pixels = window.pan.length;
      for (let k = 0; k < x.length; k++) out.set(x[k], k * pixels);
    },
  };
}

export const tv = totalVariation();

/**
 * The toolbox's constants for four and eight bands, else equal ones; mended, scaled so that the mean
 * of the bands makes the mean of PAN, which units of any kind allow.
 */
function weightsFor(
  { pan }: Block,
  ms: readonly Float64Array[],
  { mode, bandWeights }: Scene,
): readonly number[] {
  const known =
    bandWeights ?? WEIGHTS[ms.length] ?? new Array<number>(ms.length).fill(1 / ms.length);
  if (mode === 'released') return known;
  const intensity = known.reduce((sum, weight, k) => sum + weight * mean(ms[k]), 0);
  const scale = intensity > 0 ? mean(pan) / intensity : 1;
  return known.map((weight) => weight * scale);
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < values.length; p++) sum += values[p];
  return sum / values.length;
}

/** Steps converge above half of the largest eigenvalue, which is about 1 + |w|^2; half as much again. */
function safeStep(weights: readonly number[]): number {
  return 0.75 * weights.reduce((sum, weight) => sum + weight * weight, 1);
}

interface Minimisation extends Required<VariationOptions> {
  readonly mode: Scene['mode'];
}

function minimise(
  block: Block,
  ms: readonly Float64Array[],
  { weights, alpha, lambda, c, iterations, mode }: Minimisation,
): Float64Array[] {
  const bands = ms.length;
  const { pan, coarse } = block;
  const pixels = pan.length;
  const planes = () => Array.from({ length: bands }, () => new Float64Array(pixels));
  const down = resizeAxes(block, coarse, 'bilinear');
  const up = resizeAxes(coarse, block, 'bilinear');
  const x = planes();
  const b = planes();
  // Horizontal parts of all bands, then vertical ones.
  const z = [...planes(), ...planes()];
  const next = [...planes(), ...planes()];
  const scratch = new Float64Array(pixels);
  const other = (k: number) => (mode === 'released' && bands >= 4 ? k + 4 : k + bands);
  const parts = { x: new Float64Array(pixels), y: new Float64Array(pixels) };
  const slopes = { x: new Float64Array(pixels), y: new Float64Array(pixels) };
  const rest = new Float64Array(pixels);
  for (let round = 0; round < iterations; round++) {
    rest.set(pan);
    for (let k = 0; k < bands; k++) {
      for (let p = 0; p < pixels; p++) rest[p] -= weights[k] * x[k][p];
    }
    for (let k = 0; k < bands; k++) {
      const low = resamplePlane({ data: x[k], ...sizeOf(block) }, down);
      for (let i = 0; i < low.length; i++) low[i] = ms[k][i] - low[i];
      const back = resamplePlane({ data: low, ...coarse }, up);
      const target = b[k];
      const own = x[k];
      for (let p = 0; p < pixels; p++) target[p] = alpha * own[p] + back[p] + weights[k] * rest[p];
    }
    for (let k = 0; k < bands; k++) {
      divergence(z[k], z[other(k)], block, scratch);
      gradient(scratch, block, parts);
      gradient(x[k], block, slopes);
      const across = next[k];
      const along = next[k + bands];
      gradient(b[k], block, { x: across, y: along });
      const before = [z[k], z[k + bands]];
      for (let p = 0; p < pixels; p++) {
        const steep = Math.sqrt(slopes.x[p] * slopes.x[p] + slopes.y[p] * slopes.y[p]);
        const scale = ((2 * alpha) / lambda) * steep + c;
        if (mode === 'released') {
          across[p] = (across[p] + parts.x[p]) / scale;
          along[p] = (along[p] + parts.y[p]) / scale;
        } else {
          across[p] = (across[p] + c * before[0][p] - parts.x[p]) / scale;
          along[p] = (along[p] + c * before[1][p] - parts.y[p]) / scale;
        }
      }
    }
    for (let i = 0; i < z.length; i++) z[i].set(next[i]);
    for (let k = 0; k < bands; k++) {
      divergence(z[k], z[other(k)], block, scratch);
      for (let p = 0; p < pixels; p++) x[k][p] = (b[k][p] - scratch[p]) / alpha;
    }
  }
  return x;
}

const sizeOf = ({ height, width }: Block) => ({ height, width });
