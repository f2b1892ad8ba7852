/**
 * Resampling by a continuous kernel at any scale and shift. `imresize` and alignment by
 * georeference are this with their own rule for where an output pixel lies.
 */

import { type Axis, type AxisRange, buildAxis } from './axis.js';
import type { Border } from './resample/border.js';

/** A symmetric interpolation kernel, zero from `radius` on. */
export interface ResamplingKernel {
  readonly radius: number;
  readonly weight: (distance: number) => number;
}

/** Keys' cubic convolution with a = -0.5 and Catmull-Rom's relatives, named as GDAL names them. */
export const RESAMPLING_KERNELS = {
  nearest: { radius: 0.5, weight: (x) => (x >= -0.5 && x < 0.5 ? 1 : 0) },
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { radius: 2, weight: keysCubic },
  cubicspline: { radius: 2, weight: cubicSpline },
  lanczos: { radius: 3, weight: lanczos3 },
} as const satisfies Record<string, ResamplingKernel>;

function keysCubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

function cubicSpline(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return 2 / 3 - x * x + (x * x * x) / 2;
  if (x < 2) return (2 - x) ** 3 / 6;
  return 0;
}

function lanczos3(distance: number): number {
  if (distance === 0) return 1;
  if (Math.abs(distance) >= 3) return 0;
  const x = Math.PI * distance;
  return (3 * Math.sin(x) * Math.sin(x / 3)) / (x * x);
}

/** Where output pixels lie on the input axis, in input pixels with centres at whole numbers. */
export interface AxisGeometry {
  /** Input coordinate of output 0's centre. */
  readonly origin: number;
  /** Input pixels from one output to the next. */
  readonly step: number;
}

/**
 * The axis of a kernel: output i is the weighted mean around origin + i*step.
 *
 * @param size  samples of the input axis
 * @param options.antialias widens the kernel by `step` where outputs are sparser than inputs
 * @param options.weights   `unit-sum` divides each output's weights by their sum, `raw` does not
 */
export function kernelAxis(
  size: number,
  geometry: AxisGeometry,
  {
    kernel = RESAMPLING_KERNELS.cubic,
    antialias = true,
    weights = 'unit-sum',
    border = 'replicate',
    first = 0,
    length,
  }: AxisRange & {
    readonly length: number;
    readonly kernel?: ResamplingKernel;
    readonly antialias?: boolean;
    readonly weights?: 'unit-sum' | 'raw';
    readonly border?: Border;
  },
): Axis {
  const { origin, step } = geometry;
  const widen = antialias && step > 1 ? step : 1;
  const radius = kernel.radius * widen;
  const taps = Math.ceil(2 * radius) + 2;
  return buildAxis({ size, first, length, taps, border }, (output, row) => {
    const centre = origin + output * step;
    const start = Math.floor(centre - radius);
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      row[t] = kernel.weight((centre - start - t) / widen);
      sum += row[t];
    }
    const scale = weights === 'unit-sum' ? sum : widen;
    for (let t = 0; t < taps; t++) row[t] /= scale;
    return start;
  });
}
