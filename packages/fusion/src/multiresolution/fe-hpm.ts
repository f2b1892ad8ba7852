/** FE-HPM: filter estimation and high-pass modulation (Vivone et al. 2015). */

import type { FloatSamples } from '@bandweave/image';
import { type CoarsePan, coarseSpans, enlargeCoarse } from '../low-pass/coarse-grid.js';
import {
  type EstimatedFilter,
  estimateFilter,
  type FilterEstimation,
} from '../low-pass/estimated-filter.js';
import { filled } from '../low-pass/filled.js';
import type { FusionMethod, FusionWindow, Patch, Scene, Statistics } from '../method.js';
import { cropOf, cropSize, gatherCrop, readCrop } from '../statistics/crop.js';
import { type Matching, matchPan } from '../statistics/matching.js';
import { bandOf, modulate } from './modulate.js';

export interface EstimatedParameters extends Matching {
  readonly filter: { readonly size: number; readonly centre: number; readonly weights: number[] };
}

const DEFAULTS: Omit<FilterEstimation, 'taper'> = {
  taps: 25,
  lambda: 1e5,
  mu: 1e5,
  threshold: 1e-3,
  iterations: 3,
  gradient: 'basic',
};

/**
 * out_k = exp_k P_k / F P_k, P_k PAN with mean and deviation of exp_k, F the estimated filter, kept
 * at MS centres and enlarged; see `modulate`. The filter is estimated from the middle of the scene,
 * 512 x 512 pixels of it at most.
 */
export function filterEstimated(
  options: Partial<typeof DEFAULTS> = {},
): FusionMethod<EstimatedParameters> {
  const estimation = { ...DEFAULTS, ...options };
  return {
    name: 'fe-hpm',
    title: 'Filter estimation, high-pass modulation',
    source: 'Vivone, Simoes, Dalla Mura, Restaino, Bioucas-Dias et al. 2015',
    panMargin(scene) {
      const taps = Math.max(scene.enlarge.rows.taps, scene.enlarge.cols.taps);
      const ratio = Math.max(scene.ratio.rows, scene.ratio.cols);
      return Math.ceil((taps + 1) * ratio) + 2 * estimation.taps;
    },
    panBorder: 'replicate',
    statistics: statistics(estimation),
    fuse(window, scene, { filter, gains, offsets, floors }, out) {
      const { exp, pan } = window;
      const low = estimatedLowPass(window, scene, filter);
      for (let k = 0; k < scene.bands; k++) {
        const parts = { low, gain: gains[k], offset: offsets[k], floor: floors[k] };
        modulate(bandOf(exp, k, pan.length), pan, parts, bandOf(out, k, pan.length));
      }
    },
  };
}

export const feHpm = filterEstimated();

function statistics(estimation: typeof DEFAULTS): Statistics<EstimatedParameters> {
  const matching = matchPan();
  return {
    size: (scene) => matching.size(scene) + cropSize(scene),
    add(window, scene, sums) {
      matching.add(window, scene, sums);
      gatherCrop(window, scene, sums.subarray(matching.size(scene)));
    },
    solve(sums, scene) {
      const { rows, cols } = cropOf(scene);
      const { pan, bands } = readCrop(sums.subarray(matching.size(scene)), scene);
      const raster = {
        bands: 1,
        height: rows.end - rows.start,
        width: cols.end - cols.start,
        data: pan,
      };
      const ratio = Math.max(scene.ratio.rows, scene.ratio.cols);
      const { size, centre, weights } = estimateFilter(
        { pan: raster, bands, ratio },
        { ...estimation, taper: scene.mode === 'released' ? 'octave' : 'matlab' },
      );
      // The estimate is that of a convolution, which the original applies as a correlation.
      const turned = scene.mode === 'released' ? weights : weights.slice().reverse();
      const middle = scene.mode === 'released' ? centre : size - 1 - centre;
      return {
        ...matching.solve(sums, scene),
        filter: { size, centre: middle, weights: [...turned] },
      };
    },
  };
}

/** PAN filtered, kept at MS centres and enlarged, [height, width] of the window. */
function estimatedLowPass(
  window: FusionWindow,
  scene: Scene,
  filter: EstimatedParameters['filter'],
): FloatSamples {
  const spans = coarseSpans(window, scene);
  const around = filled(window.panAround, filter.size);
  const weights = Float64Array.from(filter.weights);
  const data = filterAtCentres(around, scene, { ...filter, weights }, spans);
  const out = new Float64Array(window.pan.length);
  enlargeCoarse({ data, ...spans }, window, { scene, out });
  return out;
}

/** The filter at MS centres; between pixels the neighbouring results are mixed linearly. */
function filterAtCentres(
  around: Patch,
  { ratio, phase }: Scene,
  filter: EstimatedFilter,
  { rows, cols }: Pick<CoarsePan, 'rows' | 'cols'>,
): Float64Array {
  const width = cols.end - cols.start;
  const out = new Float64Array((rows.end - rows.start) * width);
  for (let i = rows.start; i < rows.end; i++) {
    const y = neighbours(phase.rows + i * ratio.rows);
    for (let j = cols.start; j < cols.end; j++) {
      const x = neighbours(phase.cols + j * ratio.cols);
      let value = 0;
      for (const [row, a] of y) {
        for (const [col, b] of x) value += a * b * filterAt(around, row, col, filter);
      }
      out[(i - rows.start) * width + j - cols.start] = value;
    }
  }
  return out;
}

/** The whole pixels beside a position and their shares. */
function neighbours(at: number): readonly (readonly [number, number])[] {
  const near = Math.round(at);
  if (Math.abs(at - near) < 1e-6) return [[near, 1]];
  const low = Math.floor(at);
  return [
    [low, 1 - (at - low)],
    [low + 1, at - low],
  ];
}

function filterAt(
  { data, row: top, col: left, width }: Patch,
  row: number,
  col: number,
  { size, centre, weights }: EstimatedFilter,
): number {
  let sum = 0;
  for (let t = 0; t < size; t++) {
    const from = (row + t - centre - top) * width + col - centre - left;
    const w = t * size;
    for (let s = 0; s < size; s++) sum += weights[w + s] * data[from + s];
  }
  return sum;
}
