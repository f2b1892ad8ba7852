/** MTF-GLP-CBD: context-based decision, gains from a box around each pixel (Aiazzi et al. 2002). */

import type { FloatSamples } from '@bandweave/image';
import { boxMean } from '../low-pass/box.js';
import { type BoxMoments, boxMoments } from '../low-pass/box-moments.js';
import { mtfLowPassOver, mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod, FusionWindow, Scene } from '../method.js';
import { bandOf } from './modulate.js';

export interface ContextOptions {
  /** Side of the boxes in PAN pixels; 55 by default, an even one is taken one larger. */
  readonly block?: number;
  /** Detail enters where the local correlation exceeds this; -Infinity by default: everywhere. */
  readonly threshold?: number;
}

/**
 * out_k = exp_k + g_k (PAN - L_k PAN), g_k = std(exp_k) / std(L_k PAN) over the box around each
 * pixel, of what lies inside the image, or 0 where the two correlate no better than the threshold
 * or where L_k PAN is flat. L_k is that of toolbox 1.3, whose kernels are a hair narrower.
 */
export function contextBased({
  block = 55,
  threshold = Number.NEGATIVE_INFINITY,
}: ContextOptions = {}): FusionMethod<null> {
  const radius = Math.floor(block / 2);
  return {
    name: 'mtf-glp-cbd',
    title: 'MTF-GLP, context-based decision',
    source: 'Aiazzi, Alparone, Baronti, Garzelli 2002; form of Vivone et al. 2015',
    panMargin: (scene) => mtfMargin(scene) + radius,
    panBorder: 'replicate',
    expMargin: () => radius,
    fuse: (window, scene, _parameters, out) =>
      fuseInContext(window, scene, { radius, threshold }, out),
  };
}

export const mtfGlpCbd = contextBased();

function fuseInContext(
  window: FusionWindow,
  scene: Scene,
  { radius, threshold }: { radius: number; threshold: number },
  out: FloatSamples,
): void {
  const { expAround, panAround, pan, exp } = window;
  const rows = { start: expAround.row, end: expAround.row + expAround.height };
  const cols = { start: expAround.col, end: expAround.col + expAround.width };
  const area = { rows, cols, height: expAround.height, width: expAround.width };
  const size = area.height * area.width;
  const known = panAround.mask || expAround.mask ? new Uint8Array(size).fill(1) : undefined;
  const low = mtfLowPassOver(area, scene, {
    panAround,
    width: 'n',
    ...(known ? { valid: known } : {}),
  });
  if (known && expAround.mask) for (let p = 0; p < size; p++) known[p] &= expAround.mask[p];
  const box = { rows: window.rows, cols: window.cols, radius, outside: 'nothing' as const };
  const mask = known ? { mask: known } : {};
  for (let k = 0; k < scene.bands; k++) {
    const sharp = { ...expAround, data: low[k], ...mask };
    const blurred = { ...expAround, data: bandOf(expAround.data, k, size), ...mask };
    const pair = { sharp: boxMoments(sharp, box), blurred: boxMoments(blurred, box) };
    const gains = deviationRatios(pair);
    if (threshold >= -1) {
      const data = new Float64Array(size);
      for (let p = 0; p < size; p++) data[p] = sharp.data[p] * blurred.data[p];
      decide(gains, pair, { products: boxMean({ ...sharp, data }, box), threshold });
    }
    for (let y = 0; y < window.height; y++) {
      const from = (window.rows.start + y - expAround.row) * area.width;
      const at = from + window.cols.start - expAround.col;
      for (let x = 0; x < window.width; x++) {
        const p = y * window.width + x;
        const detail = known && known[at + x] === 0 ? 0 : pan[p] - low[k][at + x];
        out[k * pan.length + p] = exp[k * pan.length + p] + gains[p] * detail;
      }
    }
  }
}

interface LocalPair {
  readonly sharp: BoxMoments;
  readonly blurred: BoxMoments;
}

/** std(blurred) / std(sharp) in each box; 0 where `sharp` is flat. */
function deviationRatios({ sharp, blurred }: LocalPair): Float64Array {
  return sharp.variance.map((variance, p) =>
    variance > 0 ? Math.sqrt(blurred.variance[p] / variance) : 0,
  );
}

/** Sets gains to 0 where the two do not correlate better than the threshold. */
function decide(
  gains: Float64Array,
  { sharp, blurred }: LocalPair,
  { products, threshold }: { products: Float64Array; threshold: number },
): void {
  for (let p = 0; p < gains.length; p++) {
    const shared = products[p] - sharp.mean[p] * blurred.mean[p];
    const scale = Math.sqrt(sharp.variance[p] * blurred.variance[p]);
    if (!(shared > threshold * scale)) gains[p] = 0;
  }
}
