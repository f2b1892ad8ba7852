/** Blur kernels by name. Sums are 1; motion, Gaussian and average are those of MATLAB's fspecial. */

import { InputError } from '@bandweave/image';

export interface BlurKernel {
  readonly height: number;
  readonly width: number;
  /** [height, width] */
  readonly data: Float64Array;
}

/**
 * Straight motion of `length` pixels at `angle` degrees counter-clockwise from the horizontal: a
 * line of one pixel's width, its weights falling linearly with the distance from it.
 */
export function motionKernel(length: number, angle: number): BlurKernel {
  const size = Math.max(1, length);
  const half = (size - 1) / 2;
  const phi = ((((angle % 180) + 180) % 180) / 180) * Math.PI;
  const [cos, sin] = [Math.cos(phi), Math.sin(phi)];
  const sign = Math.sign(cos);
  const sx = Math.trunc(half * cos + sign - size * Number.EPSILON);
  const sy = Math.trunc(half * sin + 1 - size * Number.EPSILON);
  const [across, down] = [Math.abs(sx) + 1, sy + 1];
  const near = new Float64Array(across * down);
  for (let r = 0; r < down; r++) {
    for (let c = 0; c < across; c++) {
      const [x, y] = [c * (sign || 1), r];
      let distance = y * cos - x * sin;
      if (Math.hypot(x, y) >= half && Math.abs(distance) <= 1) {
        // Beyond the end of the line: the distance from its last point.
        const beyond = half - Math.abs((x + distance * sin) / cos);
        distance = Math.hypot(distance, beyond);
      }
      near[r * across + c] = Math.max(0, 1 + Number.EPSILON - Math.abs(distance));
    }
  }
  const [height, width] = [2 * down - 1, 2 * across - 1];
  const data = new Float64Array(height * width);
  // One half turned by 180 degrees, the other as it is, joined at the common centre.
  for (let r = 0; r < down; r++) {
    for (let c = 0; c < across; c++) {
      const value = near[r * across + c];
      data[(down - 1 - r) * width + across - 1 - c] = value;
    }
  }
  for (let r = 0; r < down; r++) {
    for (let c = 0; c < across; c++) {
      data[(down - 1 + r) * width + across - 1 + c] = near[r * across + c];
    }
  }
  const kernel = normalised({ height, width, data });
  return cos > 0 ? upsideDown(kernel) : kernel;
}

/** exp(-(x² + y²)/2σ²) on size x size pixels; weights below ε of the largest are 0. */
export function gaussianKernel(size: number, sigma: number): BlurKernel {
  const half = (size - 1) / 2;
  const data = new Float64Array(size * size);
  for (let r = 0; r < size; r++) {
    for (let c = 0; c < size; c++) {
      const value = Math.exp(-((r - half) ** 2 + (c - half) ** 2) / (2 * sigma * sigma));
      data[r * size + c] = value;
    }
  }
  const most = data.reduce((a, b) => Math.max(a, b), 0);
  for (let i = 0; i < data.length; i++) if (data[i] < Number.EPSILON * most) data[i] = 0;
  return normalised({ height: size, width: size, data });
}

/** The mean of size x size pixels. */
export function averageKernel(size: number): BlurKernel {
  const data = new Float64Array(size * size).fill(1 / (size * size));
  return { height: size, width: size, data };
}

/** A defocused disk: the share of each pixel that lies within `radius` of the centre, exactly. */
export function diskKernel(radius: number): BlurKernel {
  const half = Math.max(0, Math.ceil(radius - 0.5));
  const size = 2 * half + 1;
  const data = new Float64Array(size * size);
  for (let r = -half; r <= half; r++) {
    for (let c = -half; c <= half; c++) {
      const share = (x: number, y: number) =>
        Math.sign(x) * Math.sign(y) * cornerArea(Math.abs(x), Math.abs(y), radius);
      const [x0, x1, y0, y1] = [c - 0.5, c + 0.5, r - 0.5, r + 0.5];
      data[(r + half) * size + c + half] =
        share(x1, y1) - share(x0, y1) - share(x1, y0) + share(x0, y0);
    }
  }
  return normalised({ height: size, width: size, data });
}

/** Area of [0, x] x [0, y] within the circle of radius R about the origin. */
function cornerArea(x: number, y: number, radius: number): number {
  const right = Math.min(x, radius);
  const top = Math.min(y, radius);
  if (right * right + top * top <= radius * radius) return right * top;
  // Up to where the circle falls below `top` it is a rectangle, then the area under the arc.
  const turn = Math.sqrt(Math.max(0, radius * radius - top * top));
  const under = (t: number) =>
    (t * Math.sqrt(Math.max(0, radius * radius - t * t)) +
      radius * radius * Math.asin(Math.min(1, t / radius))) /
    2;
  return Math.min(turn, right) * top + Math.max(0, under(right) - under(Math.min(turn, right)));
}

/** Any picture as a kernel: one band, no negative samples; the sum becomes 1. */
export function customKernel({ height, width, data }: BlurKernel): BlurKernel {
  let sum = 0;
  for (const value of data) {
    if (!(value >= 0)) {
      throw new InputError(`kernel: expected samples of 0 and more, got ${value}; check the file.`);
    }
    sum += value;
  }
  if (!(sum > 0)) throw new InputError('kernel: expected a sum above 0, got an empty picture.');
  return normalised({ height, width, data });
}

function normalised({ height, width, data }: BlurKernel): BlurKernel {
  let sum = 0;
  for (const value of data) sum += value;
  return { height, width, data: data.map((value) => value / sum) };
}

function upsideDown({ height, width, data }: BlurKernel): BlurKernel {
  const out = new Float64Array(data.length);
  for (let r = 0; r < height; r++) {
    out.set(data.subarray(r * width, (r + 1) * width), (height - 1 - r) * width);
  }
  return { height, width, data: out };
}
