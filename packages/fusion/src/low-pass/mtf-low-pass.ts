/** The sensor's MTF as a low-pass from PAN to the MS grid, for any ratio and phase. */

import { type FloatSamples, mtfKernel, mtfProfile, weightSums } from '@bandweave/image';
import type { FusionWindow, Patch, Scene } from '../method.js';
import { perScene } from '../statistics/per-scene.js';
import {
  coarseSpans,
  type Decimation,
  decimatePanBy,
  enlargeCoarse,
  type GridArea,
} from './coarse-grid.js';
import {
  type CoarseAxis,
  coarseAxes,
  decimationMap,
  normalised,
  onWholePixels,
} from './decimation-map.js';

const TAPS = 41;
/** Leaves out weights that could change a 16-bit count by less than a thousandth. */
const PRECISION = 1e-8;

/** PAN pixels around a window that its low-pass takes: the kernel and the reach of enlarging. */
export function mtfMargin(scene: Scene): number {
  const taps = Math.max(scene.enlarge.rows.taps, scene.enlarge.cols.taps);
  const ratio = Math.max(scene.ratio.rows, scene.ratio.cols);
  return Math.ceil((taps + 1) * ratio) + TAPS;
}

/** How wide the response is for N taps, see `mtfKernel`. */
export type KernelWidth = 'n-1' | 'n';

/** One decimation a distinct gain. */
const decimationsOf = (width: KernelWidth) =>
  perScene((scene: Scene) => makeDecimations(scene, width));
const decimations = decimationsOf('n-1');
const wideDecimations = decimationsOf('n');

function makeDecimations(scene: Scene, width: KernelWidth): Map<number, Decimation> {
  const gains = new Set(scene.msGains);
  return new Map([...gains].map((gain) => [gain, mtfDecimation(scene, { gain, width })]));
}

/** The low-pass of that gain at the MS Nyquist frequency, kept at MS centres. */
export function mtfDecimation(
  scene: Scene,
  { gain, width }: { readonly gain: number; readonly width: KernelWidth },
): Decimation {
  const axes = coarseAxes(scene);
  const whole = onWholePixels(axes.rows) && onWholePixels(axes.cols);
  const square = Math.abs(axes.rows.ratio - axes.cols.ratio) < 1e-6;
  const axis = (coarse: CoarseAxis) => {
    const profile = mtfProfile({ gain, ratio: coarse.ratio, taps: TAPS });
    return normalised(decimationMap(coarse, (TAPS - 1) / 2, profile));
  };
  const maps = { rows: axis(axes.rows), cols: axis(axes.cols) };
  if (!(whole && square)) return { maps };
  const { ratio } = axes.rows;
  return { maps, kernel: mtfKernel({ gain, ratio, taps: TAPS, width, precision: PRECISION }) };
}

/**
 * PAN low-passed by the MTF of each band, decimated to MS and enlarged again: one plane a band,
 * planes of bands with equal gains being the same array. The toolbox's kernels sum to about 0.9988
 * on whole pixels, and so do these; between pixels they are the product of two profiles.
 *
 * @param valid [height, width]; set to 0 where too little of PAN is known
 */
export function mtfLowPass(window: FusionWindow, scene: Scene, valid?: Uint8Array): FloatSamples[] {
  let known = ofWindow.get(window);
  if (!known) {
    const { panAround } = window;
    const mask = panAround.mask ? new Uint8Array(window.pan.length).fill(1) : undefined;
    const planes = mtfLowPassOver(window, scene, { panAround, ...(mask ? { valid: mask } : {}) });
    known = mask ? { planes, mask } : { planes };
    ofWindow.set(window, known);
  }
  const { planes, mask } = known;
  if (valid && mask) for (let p = 0; p < valid.length; p++) valid[p] &= mask[p];
  return planes;
}

/** A window that serves for statistics and is then fused is filtered once. */
const ofWindow = new WeakMap<FusionWindow, { planes: FloatSamples[]; mask?: Uint8Array }>();

/**
 * The same over any area that `panAround` covers with the margin.
 *
 * @param width how wide the kernels are on whole pixels; toolbox 1.3 takes `n`
 */
export function mtfLowPassOver(
  area: GridArea,
  scene: Scene,
  {
    panAround,
    valid,
    width = 'n-1',
  }: { panAround: Patch; valid?: Uint8Array; width?: KernelWidth },
): FloatSamples[] {
  const spans = coarseSpans(area, scene);
  const planes = new Map<number, FloatSamples>();
  const known = width === 'n' ? wideDecimations(scene) : decimations(scene);
  const Float = panAround.data instanceof Float32Array ? Float32Array : Float64Array;
  const coarse = decimatePanBy(panAround, [...known.values()], spans);
  for (const [i, gain] of [...known.keys()].entries()) {
    const plane = new Float(area.height * area.width);
    enlargeCoarse(coarse[i], area, { scene, out: plane, ...(valid ? { valid } : {}) });
    planes.set(gain, plane);
  }
  return scene.msGains.map((gain) => planes.get(gain) as FloatSamples);
}

/**
 * What the low-pass of band k makes of a constant 1: rows[r] * cols[c] at output (r, c). Close to
 * 1, but not 1: neither the toolbox's kernels nor its 23-tap filter are normalised.
 */
export const mtfConstant = (scene: Scene, k: number) => constants(scene)[k];

const constants = perScene((scene: Scene) => {
  const rows = weightSums(scene.enlarge.rows);
  const cols = weightSums(scene.enlarge.cols);
  return scene.msGains.map((gain) => {
    const { kernel } = decimations(scene).get(gain) as Decimation;
    const sum = kernel ? kernel.weights.reduce((a, b) => a + b, 0) : 1;
    return { rows: rows.map((value) => value * sum), cols };
  });
});
