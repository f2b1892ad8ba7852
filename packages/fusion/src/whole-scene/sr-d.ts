/** SR-D: sparse representation of injected details (Vicinanza et al. 2015). */

import { mtfFilter, type Raster } from '@bandweave/image';
import type { FusionMethod, Mode, Scene } from '../method.js';
import { type Block, blockOf, resize } from './block.js';
import { bandKernels, decimateNearest } from './details.js';
import { type PursuitOptions, pursue } from './matching-pursuit.js';

export interface SparseOptions {
  /** Side of a patch in MS pixels. */
  readonly patch?: number;
  /** MS pixels that neighbouring patches share. */
  readonly overlap?: number;
  /** Most patches that one is made of. */
  readonly atoms?: number;
}

/** Blocks of this side: every patch is compared with every other, which costs the square of them. */
const SIDE = 256;

/**
 * Details of MS are written, patch by patch and with coefficients for each band, as sums of a few
 * patches of PAN's details one scale down (orthogonal matching pursuit over all patches of the
 * block, the patch's own place first); the same sums of PAN's details themselves are injected,
 * averaged where patches overlap.
 *
 * The original enlarges PAN's low-pass as if its samples lay half a pixel beside where they were
 * taken, always allows ten patches and solves nearly singular systems: `released`. Mended, the
 * low-pass is not decimated at all and fits are damped.
 */
export function sparseDetail({
  patch = 7,
  overlap = 4,
  atoms = 10,
}: SparseOptions = {}): FusionMethod<null> {
  return {
    name: 'sr-d',
    title: 'Sparse representation of details',
    source: 'Vicinanza, Restaino, Vivone, Dalla Mura, Chanussot 2015',
    panMargin: () => 0,
    panBorder: 'replicate',
    extent: 'scene',
    largestBlock: SIDE,
    fuse(window, scene, _parameters, out) {
      const block = blockOf(window, scene);
      const { mode } = scene;
      const most = mode === 'released' ? 10 : atoms;
      const details = injected(block, scene, { patch, overlap, atoms: most, mode });
      const pixels = window.pan.length;
      for (let k = 0; k < scene.bands; k++) {
        const start = k * pixels;
        for (let p = 0; p < pixels; p++) out[start + p] = block.exp[k][p] + details[k][p];
      }
    },
  };
}

export const srD = sparseDetail();

function injected(block: Block, scene: Scene, options: PursuitOptions): Float64Array[] {
  const { height, width } = block;
  const ratio = Math.max(1, Math.round(scene.ratio.rows));
  const kernels = bandKernels(scene);
  const exp = stack(block, block.exp);
  const pan = stack(
    block,
    block.exp.map((band) => matched(block.pan, band)),
  );
  const expDetail = minus(exp, mtfFilter(exp, kernels));
  const panDetail = minus(pan, lowPass(pan, block, { scene, ratio, mode: scene.mode }));
  const coarse = {
    height: Math.max(1, Math.floor(height / ratio)),
    width: Math.max(1, Math.floor(width / ratio)),
  };
  const low = decimateNearest(mtfFilter(panDetail, kernels), coarse, ratio);
  const target = decimateNearest(expDetail, coarse, ratio);
  return pursue({ high: panDetail, low, target, ratio }, options);
}

/** PAN's low-pass by the MTF of each band. */
function lowPass(
  pan: Raster<Float64Array>,
  block: Block,
  { scene, ratio, mode }: { readonly scene: Scene; readonly ratio: number; readonly mode: Mode },
): Raster<Float64Array> {
  const low = mtfFilter(pan, bandKernels(scene));
  if (mode === 'mended') return low;
  const coarse = {
    height: Math.max(1, Math.floor(block.height / ratio)),
    width: Math.max(1, Math.floor(block.width / ratio)),
  };
  const small = decimateNearest(low, coarse, ratio);
  const size = coarse.height * coarse.width;
  return stack(
    block,
    Array.from({ length: pan.bands }, (_, k) =>
      resize(small.data.slice(k * size, (k + 1) * size), coarse, { to: block }),
    ),
  );
}

function stack(
  { height, width }: { readonly height: number; readonly width: number },
  planes: readonly Float64Array[],
): Raster<Float64Array> {
  const data = new Float64Array(planes.length * height * width);
  planes.forEach((plane, k) => {
    data.set(plane, k * height * width);
  });
  return { bands: planes.length, height, width, data };
}

function minus(a: Raster<Float64Array>, b: Raster<Float64Array>): Raster<Float64Array> {
  return { ...a, data: a.data.map((value, p) => value - b.data[p]) };
}

/** PAN at mean and deviation of a band; a flat PAN becomes the band's mean. */
function matched(pan: Float64Array, band: Float64Array): Float64Array {
  const own = moments(pan);
  const goal = moments(band);
  const gain = own.deviation > 0 ? goal.deviation / own.deviation : 0;
  return pan.map((value) => (value - own.mean) * gain + goal.mean);
}

function moments(values: Float64Array): { mean: number; deviation: number } {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
