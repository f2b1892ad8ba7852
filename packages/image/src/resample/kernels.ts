/**
 * The resampling kernels of GDAL's RasterIO, enlarging: centre-aligned grids, taps outside the
 * raster dropped and the rest normalised to sum 1.
 */

import type { AxisMap } from './axis-map.js';

export type ResamplingName =
  | 'nearest'
  | 'bilinear'
  | 'cubic'
  | 'cubicspline'
  | 'lanczos'
  | 'average';

interface Kernel {
  readonly radius: number;
  readonly negativeLobes: boolean;
  weight(distance: number): number;
}

const BILINEAR: Kernel = {
  radius: 1,
  negativeLobes: false,
  weight: (x) => (x < 1 ? 1 - x : 0),
};

/** Keys 1981 with a = -0.5. */
const CUBIC: Kernel = {
  radius: 2,
  negativeLobes: true,
  weight: (x) => {
    if (x <= 1) return x * x * (1.5 * x - 2.5) + 1;
    if (x < 2) return x * (x * (-0.5 * x + 2.5) - 4) + 2;
    return 0;
  },
};

/** Cubic B-spline: smooths, never overshoots. */
const CUBIC_SPLINE: Kernel = {
  radius: 2,
  negativeLobes: false,
  weight: (x) => {
    if (x <= 1) return 2 / 3 - x * x * (1 - x / 2);
    if (x < 2) return (2 - x) ** 3 / 6;
    return 0;
  },
};

const LANCZOS: Kernel = {
  radius: 3,
  negativeLobes: true,
  weight: (x) => {
    if (x === 0) return 1;
    if (x >= 3) return 0;
    const angle = Math.PI * x;
    return (Math.sin(angle) * Math.sin(angle / 3) * 3) / (angle * angle);
  },
};

const KERNELS: Readonly<Partial<Record<ResamplingName, Kernel>>> = {
  bilinear: BILINEAR,
  cubic: CUBIC,
  cubicspline: CUBIC_SPLINE,
  lanczos: LANCZOS,
};

/** Where outputs lie among the inputs: output o has its centre at (o + 0.5) * scale + shift. */
export interface AxisGrid {
  readonly inputs: number;
  readonly outputs: number;
  /** Inputs an output: 0.25 when enlarging four times. */
  readonly scale: number;
  /** In inputs, from the outer edge of the first input to that of the first output. */
  readonly shift: number;
}

/** The map of one axis for a kernel by name. `average` takes the input under the centre. */
export function resamplingMap(grid: AxisGrid, name: ResamplingName): AxisMap {
  const kernel = KERNELS[name];
  return kernel ? kernelMap(grid, kernel) : nearestMap(grid);
}

function nearestMap({ inputs, outputs, scale, shift }: AxisGrid): AxisMap {
  const first = new Int32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    const index = Math.floor((o + 0.5) * scale + shift + 1e-10);
    first[o] = Math.min(inputs - 1, Math.max(0, index));
  }
  return {
    inputs,
    outputs,
    taps: 1,
    first,
    weights: new Float64Array(outputs).fill(1),
    negativeLobes: false,
  };
}

function kernelMap({ inputs, outputs, scale, shift }: AxisGrid, kernel: Kernel): AxisMap {
  const taps = Math.min(inputs, 2 * kernel.radius);
  const first = new Int32Array(outputs);
  const weights = new Float64Array(outputs * taps);
  for (let o = 0; o < outputs; o++) {
    // Beyond the raster the nearest edge is continued: its centre is the last place to stand.
    const centre = Math.min(inputs, Math.max(0, (o + 0.5) * scale + shift));
    const start = Math.floor(centre - kernel.radius + 0.5);
    const begin = Math.min(inputs - taps, Math.max(0, start));
    first[o] = begin;
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      const index = begin + t;
      const inside = index >= start && index < start + 2 * kernel.radius;
      const weight = inside ? kernel.weight(Math.abs(index + 0.5 - centre)) : 0;
      weights[o * taps + t] = weight;
      sum += weight;
    }
    for (let t = 0; t < taps; t++) weights[o * taps + t] /= sum;
  }
  return { inputs, outputs, taps, first, weights, negativeLobes: kernel.negativeLobes };
}
