/** A scene, or a block of one, for methods that couple all of its pixels: complete planes, no holes. */

import {
  type Axis,
  type FloatSamples,
  type ImresizeMethod,
  imresizeAxis,
  kernelAxis,
  RESAMPLING_KERNELS,
  resamplePlane,
} from '@bandweave/image';
import type { FusionWindow, Scene } from '../method.js';
import { fillNearest } from './fill-nearest.js';

/** Height and width. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

export interface Block extends Size {
  readonly pan: Float64Array;
  /** MS on PAN's grid, one a band. */
  readonly exp: readonly Float64Array[];
  /** MS on a grid of its own that shares the block's outer edges, one a band. */
  readonly ms: () => readonly Float64Array[];
  readonly coarse: Size;
}

/** Everything of the window in float64; what is missing takes the nearest known value. */
export function blockOf(window: FusionWindow, scene: Scene): Block {
  const { height, width, mask } = window;
  const size = { height, width };
  const pixels = height * width;
  const complete = (plane: FloatSamples) =>
    mask ? fillNearest(plane, mask, size) : Float64Array.from(plane);
  const exp = Array.from({ length: scene.bands }, (_, k) =>
    complete(window.exp.subarray(k * pixels, (k + 1) * pixels) as FloatSamples),
  );
  const coarse = {
    height: Math.max(1, Math.round(height / scene.ratio.rows)),
    width: Math.max(1, Math.round(width / scene.ratio.cols)),
  };
  const ms = () =>
    sharesEdges(window, scene)
      ? cutMs(window, scene, coarse)
      : exp.map((plane) => sampled(plane, size, coarse));
  return { ...size, pan: complete(window.pan), exp, ms, coarse };
}

/**
 * Whether whole MS pixels fill the block. As released, MS is taken to do so wherever its samples
 * lie: the originals resize it as if edges were shared.
 */
function sharesEdges({ rows, cols }: FusionWindow, { ratio, phase, mode }: Scene): boolean {
  const near = (value: number, whole: number) => Math.abs(value - whole) < 1e-6;
  const axis = (start: number, end: number, step: number, at: number) =>
    near(step, Math.round(step)) &&
    start % Math.round(step) === 0 &&
    (end - start) % Math.round(step) === 0 &&
    (mode === 'released' || near(at, (step - 1) / 2));
  return (
    axis(rows.start, rows.end, ratio.rows, phase.rows) &&
    axis(cols.start, cols.end, ratio.cols, phase.cols)
  );
}

function cutMs({ ms, rows, cols }: FusionWindow, { ratio }: Scene, coarse: Size): Float64Array[] {
  const row = Math.round(rows.start / ratio.rows) - ms.row;
  const col = Math.round(cols.start / ratio.cols) - ms.col;
  const size = ms.height * ms.width;
  return Array.from({ length: ms.bands }, (_, k) => {
    const band = ms.data.subarray(k * size, (k + 1) * size) as FloatSamples;
    const whole = ms.mask ? fillNearest(band, ms.mask, ms) : band;
    const out = new Float64Array(coarse.height * coarse.width);
    for (let y = 0; y < coarse.height; y++) {
      const from = (row + y) * ms.width + col;
      out.set(whole.subarray(from, from + coarse.width), y * coarse.width);
    }
    return out;
  });
}

/**
 * The plane at the centres of a coarser grid, by a bicubic that is not widened: enlarged MS holds no
 * more than MS did, so nothing is to be smoothed away.
 */
function sampled(plane: Float64Array, from: Size, to: Size): Float64Array {
  const axis = (size: number, length: number) => {
    const step = size / length;
    return kernelAxis(
      size,
      { origin: 0.5 * step - 0.5, step },
      {
        kernel: RESAMPLING_KERNELS.cubic,
        antialias: false,
        weights: 'unit-sum',
        border: 'symmetric',
        first: 0,
        length,
      },
    );
  };
  const axes = { rows: axis(from.height, to.height), cols: axis(from.width, to.width) };
  return resamplePlane({ data: plane, ...from }, axes);
}

/** The plane at another size by MATLAB's rules: outer edges are shared. */
export function resize(
  plane: Float64Array,
  from: Size,
  { to, method = 'bicubic' }: { readonly to: Size; readonly method?: ImresizeMethod },
): Float64Array {
  return resamplePlane({ data: plane, ...from }, resizeAxes(from, to, method));
}

/** The same as a pair of axes, for planes that are resized many times. */
export function resizeAxes(
  from: Size,
  to: Size,
  method: ImresizeMethod,
): { readonly rows: Axis; readonly cols: Axis } {
  const axis = (size: number, length: number) =>
    imresizeAxis(size, length / size, { first: 0, length, method });
  return { rows: axis(from.height, to.height), cols: axis(from.width, to.width) };
}
