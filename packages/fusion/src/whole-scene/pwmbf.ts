/** PWMBF: model-based fusion of principal components in a wavelet domain (Palsson et al. 2015). */

import { symmetricEigen } from '@bandweave/image';
import type { FusionMethod, Mode } from '../method.js';
import { addColumns, momentSize, rawProducts } from '../statistics/moments.js';
import { type Block, blockOf, resize, type Size } from './block.js';
import { mapDetails } from './redundant-wavelet.js';

export interface ModelBasedOptions {
  /** Principal components that are sharpened; 3 by default, or all bands where there are fewer. */
  readonly components?: number;
}

const COMPONENTS = 3;
const LEVELS = 4;
/** Mirrored pixels around a block, which the wavelets of four levels do not cross. */
const FRAME = 48;

/**
 * Enlarged MS in its principal components (not centred); the first r of them and PAN in a redundant
 * wavelet domain (Daubechies 4 taps, 4 levels). In each detail band, with x that of PAN's low-pass,
 * x0 that of PAN and y that of a component: a = <y,x> / <x,x>, s the mean square of y - a x,
 * n = (mean |(|y| - mean |y|)| / 0.6745)^2; y becomes a x0 + s / (s + n) (y - a x).
 *
 * The original wraps the image round at its borders and resizes MS as if it shared PAN's edges:
 * `released`. Mended, the image is mirrored and MS is the scene's own enlargement.
 */
export function modelBased({
  components = COMPONENTS,
}: ModelBasedOptions = {}): FusionMethod<null> {
  return {
    name: 'pwmbf',
    title: 'Model-based fusion in PCA and wavelets',
    source: 'Palsson, Sveinsson, Ulfarsson, Benediktsson 2015',
    panMargin: () => 0,
    panBorder: 'replicate',
    extent: 'scene',
    fuse(window, scene, _parameters, out) {
      const block = blockOf(window, scene);
      const low = lowPan(block);
      const bands =
        scene.mode === 'released'
          ? block.ms().map((plane) => resize(plane, block.coarse, { to: block }))
          : block.exp;
      const axes = principalAxes(bands);
      const pixels = window.pan.length;
      for (let k = 0; k < bands.length; k++) out.set(bands[k], k * pixels);
      for (let r = 0; r < Math.min(components, bands.length); r++) {
        const axis = axes.subarray(r * bands.length, (r + 1) * bands.length);
        const component = combine(bands, axis);
        const sharp = sharpen(component, { pan: block.pan, low, size: block, mode: scene.mode });
        for (let k = 0; k < bands.length; k++) {
          const share = axis[k];
          const start = k * pixels;
          for (let p = 0; p < pixels; p++) out[start + p] += share * (sharp[p] - component[p]);
        }
      }
    },
  };
}

export const pwmbf = modelBased();

/** PAN at the scale of MS: shrunk by a bilinear, enlarged by a bicubic. */
function lowPan(block: Block): Float64Array {
  const small = resize(block.pan, block, { to: block.coarse, method: 'bilinear' });
  return resize(small, block.coarse, { to: block });
}

/** Unit eigenvectors of the bands' mean products, one a row. */
function principalAxes(bands: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(momentSize(bands.length));
  addColumns(sums, 0, bands);
  return symmetricEigen(rawProducts(sums, 0, bands.length), bands.length).vectors;
}

function combine(bands: readonly Float64Array[], axis: Float64Array): Float64Array {
  const out = new Float64Array(bands[0].length);
  bands.forEach((band, k) => {
    for (let p = 0; p < out.length; p++) out[p] += axis[k] * band[p];
  });
  return out;
}

function sharpen(
  component: Float64Array,
  {
    pan,
    low,
    size,
    mode,
  }: {
    readonly pan: Float64Array;
    readonly low: Float64Array;
    readonly size: Size;
    readonly mode: Mode;
  },
): Float64Array {
  if (mode === 'released') return mapDetails([component, low, pan], size, LEVELS, injectDetail);
  const frame = Math.min(FRAME, size.height, size.width);
  const padded = { height: size.height + 2 * frame, width: size.width + 2 * frame };
  const framed = [component, low, pan].map((plane) => mirrored(plane, size, frame));
  const whole = mapDetails(framed, padded, LEVELS, injectDetail);
  const out = new Float64Array(component.length);
  for (let y = 0; y < size.height; y++) {
    const from = (y + frame) * padded.width + frame;
    out.set(whole.subarray(from, from + size.width), y * size.width);
  }
  return out;
}

function mirrored(plane: Float64Array, { height, width }: Size, frame: number): Float64Array {
  const wide = width + 2 * frame;
  const out = new Float64Array((height + 2 * frame) * wide);
  const fold = (i: number, size: number) => (i < 0 ? -1 - i : i < size ? i : 2 * size - 1 - i);
  for (let y = 0; y < height + 2 * frame; y++) {
    const from = fold(y - frame, height) * width;
    for (let x = 0; x < wide; x++) out[y * wide + x] = plane[from + fold(x - frame, width)];
  }
  return out;
}

/** Changes a component's detail band by those of PAN's low-pass and of PAN. */
function injectDetail([y, x, x0]: readonly Float64Array[]): void {
  const count = y.length;
  let yy = 0;
  let yx = 0;
  let xx = 0;
  let size = 0;
  for (let p = 0; p < count; p++) {
    yy += y[p] * y[p];
    yx += y[p] * x[p];
    xx += x[p] * x[p];
    size += Math.abs(y[p]);
  }
  size /= count;
  let spread = 0;
  for (let p = 0; p < count; p++) spread += Math.abs(Math.abs(y[p]) - size);
  const noise = (spread / count / 0.6745) ** 2;
  const gain = xx > 0 ? yx / xx : 0;
  const left = Math.max(0, (yy - gain * yx) / count);
  const keep = left + noise > 0 ? left / (left + noise) : 0;
  for (let p = 0; p < count; p++) y[p] = gain * x0[p] + keep * (y[p] - gain * x[p]);
}
