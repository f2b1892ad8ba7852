/**
 * Low-pass kernels that imitate a sensor's modulation transfer function (Aiazzi et al. 2006, as in
 * the pansharpening toolboxes): a Gaussian frequency response with a given gain at the Nyquist
 * frequency of the coarse grid, sampled, inverted and windowed.
 */

import { InputError } from './errors.js';
import { symmetricEigen } from './symmetric-eigen.js';

export interface MtfKernelOptions {
  /** Gain at the Nyquist frequency of the coarse grid, in (0, 1). */
  readonly gain: number;
  /** Coarse pixel size over fine pixel size. */
  readonly ratio: number;
  /** Side of the kernel, odd; 41 by default. */
  readonly taps?: number;
  /**
   * How wide the response is for N taps: `n-1` (genMTF, the default) takes
   * sigma = (N-1)/(2 ratio) / sqrt(-2 ln gain), `n` (LPfilterGauss and toolbox 1.3) N in its place.
   */
  readonly width?: 'n-1' | 'n';
  /**
   * `none` keeps the sum near 0.9988 as the toolbox does; `unit-sum` clips negative weights and
   * divides by the sum, as the full-resolution tool does.
   */
  readonly normalise?: 'none' | 'unit-sum';
  /**
   * Where the factors stop: the weights they leave out, by rank or by distance, add up to less than
   * this share of all. 1e-13 by default; 1e-9 filters three times as fast.
   */
  readonly precision?: number;
}

/** A kernel with the symmetries of the square, and its sum of separable terms. */
export interface MtfKernel {
  readonly taps: number;
  /** [taps, taps] */
  readonly weights: Float64Array;
  /**
   * weights[y][x] = sum_k signs[k] * u_k[|y|] * u_k[|x|]; each u_k holds the values from the centre
   * outwards: [terms, reach + 1].
   */
  readonly factors: Float64Array;
  readonly signs: Float64Array;
  /** How far from the centre the factors go, at most (taps - 1)/2. */
  readonly reach: number;
}

/**
 * The kernel for a gain and a ratio.
 *
 * Response: exp(-f²/(2 sigma²)) on a grid of taps x taps; its inverse DFT is multiplied by a Kaiser
 * window (beta 0.5) turned around the centre: linear interpolation over the radius, 0 beyond 1.
 *
 * @throws InputError for a gain outside (0, 1), a ratio not above 0, an even number of taps
 */
export function mtfKernel({
  gain,
  ratio,
  taps = 41,
  width = 'n-1',
  normalise = 'none',
  precision = 1e-13,
}: MtfKernelOptions): MtfKernel {
  if (!(gain > 0 && gain < 1)) {
    throw new InputError(
      `mtfKernel: expected a gain between 0 and 1 (typical: 0.3), got ${gain}; check the sensor.`,
    );
  }
  if (!(ratio > 0 && Number.isFinite(ratio))) {
    throw new InputError(`mtfKernel: expected a positive ratio, got ${ratio}.`);
  }
  if (!(Number.isInteger(taps) && taps >= 3 && taps % 2 === 1)) {
    throw new InputError(`mtfKernel: expected an odd number of taps from 3 on, got ${taps}.`);
  }
  const half = (taps - 1) / 2;
  const extent = width === 'n' ? taps : taps - 1;
  const sigma = extent / (2 * ratio) / Math.sqrt(-2 * Math.log(gain));
  const profile = inverseGaussian(taps, sigma);
  const quarter = new Float64Array((half + 1) * (half + 1));
  let sum = 0;
  for (let y = 0; y <= half; y++) {
    for (let x = 0; x <= half; x++) {
      let value = profile[y] * profile[x] * radialKaiser(Math.hypot(y, x) / half, half);
      if (normalise === 'unit-sum') value = Math.max(0, value);
      quarter[y * (half + 1) + x] = value;
      sum += value * (y === 0 ? 1 : 2) * (x === 0 ? 1 : 2);
    }
  }
  if (normalise === 'unit-sum') for (let i = 0; i < quarter.length; i++) quarter[i] /= sum;
  const weights = new Float64Array(taps * taps);
  for (let y = 0; y < taps; y++) {
    for (let x = 0; x < taps; x++) {
      weights[y * taps + x] = quarter[Math.abs(y - half) * (half + 1) + Math.abs(x - half)];
    }
  }
  const cropped = crop(quarter, half + 1, precision / 2);
  const { factors, signs } = factorise(cropped, Math.sqrt(cropped.length), precision / 2);
  return { taps, weights, factors, signs, reach: Math.sqrt(cropped.length) - 1 };
}

/** Inverse DFT of the centred Gaussian response, from the centre outwards. */
function inverseGaussian(taps: number, sigma: number): Float64Array {
  return Float64Array.from({ length: (taps + 1) / 2 }, (_, x) => inverseAt(x, taps, sigma));
}

/** The inverse DFT at any distance from the centre, also between samples. */
function inverseAt(x: number, taps: number, sigma: number): number {
  let sum = 1;
  for (let f = 1; f <= (taps - 1) / 2; f++) {
    sum += 2 * Math.exp(-(f * f) / (2 * sigma * sigma)) * Math.cos((2 * Math.PI * f * x) / taps);
  }
  return sum / taps;
}

/**
 * The kernel's profile along an axis as a function of a real distance in fine pixels, 0 beyond
 * (taps - 1)/2: for decimation to positions between pixels, where the product of two profiles
 * stands in for the kernel (which is no product, its window being round).
 */
export function mtfProfile({
  gain,
  ratio,
  taps = 41,
}: Pick<MtfKernelOptions, 'gain' | 'ratio' | 'taps'>): (distance: number) => number {
  const half = (taps - 1) / 2;
  const sigma = (taps - 1) / (2 * ratio) / Math.sqrt(-2 * Math.log(gain));
  return (distance) => {
    const radius = Math.abs(distance) / half;
    return radius > 1 ? 0 : inverseAt(distance, taps, sigma) * radialKaiser(radius, half);
  };
}

const KAISER_BETA = 0.5;

/** The Kaiser window at `radius` in 0..1, linear between its samples k/half. */
function radialKaiser(radius: number, half: number): number {
  if (radius > 1 + 1e-15) return 0;
  const at = Math.min(radius * half, half);
  const below = Math.min(Math.floor(at), half - 1);
  const share = at - below;
  return (1 - share) * kaiser(below / half) + share * kaiser((below + 1) / half);
}

function kaiser(x: number): number {
  return besselI0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x))) / besselI0(KAISER_BETA);
}

/** Modified Bessel function of order 0 by its power series (small arguments). */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-18 * sum; k++) {
    term *= ((x / 2) * (x / 2)) / (k * k);
    sum += term;
  }
  return sum;
}

/** The quarter without outer rows and columns that add up to less than `precision` of all. */
function crop(quarter: Float64Array, n: number, precision: number): Float64Array {
  const rings = new Float64Array(n);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const copies = (y === 0 ? 1 : 2) * (x === 0 ? 1 : 2);
      rings[Math.max(x, y)] += copies * Math.abs(quarter[y * n + x]);
    }
  }
  const total = rings.reduce((sum, ring) => sum + ring, 0);
  let kept = n;
  for (let outside = 0; kept > 1; kept--) {
    outside += rings[kept - 1];
    if (outside >= precision * total) break;
  }
  const out = new Float64Array(kept * kept);
  for (let y = 0; y < kept; y++) out.set(quarter.subarray(y * n, y * n + kept), y * kept);
  return out;
}

/**
 * The eigenvectors of the folded quarter, weighted so that they are those of the whole kernel
 * (all of them even), cut where what is left adds up to less than `precision`.
 */
function factorise(
  quarter: Float64Array,
  n: number,
  precision: number,
): { factors: Float64Array; signs: Float64Array } {
  const root = (i: number) => (i === 0 ? 1 : Math.SQRT2);
  const folded = new Float64Array(n * n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      folded[i * n + j] = quarter[i * n + j] * root(i) * root(j);
      total += quarter[i * n + j] * root(i) ** 2 * root(j) ** 2;
    }
  }
  const { values, vectors } = symmetricEigen(folded, n);
  const order = Array.from(values.keys()).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]));
  const rest = Float64Array.from(quarter);
  const kept: { vector: Float64Array; sign: number }[] = [];
  for (const k of order) {
    const vector = new Float64Array(n);
    const amplitude = Math.sqrt(Math.abs(values[k]));
    for (let i = 0; i < n; i++) vector[i] = (amplitude * vectors[k * n + i]) / root(i);
    const sign = Math.sign(values[k]);
    kept.push({ vector, sign });
    let left = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        rest[i * n + j] -= sign * vector[i] * vector[j];
        left += Math.abs(rest[i * n + j]) * root(i) ** 2 * root(j) ** 2;
      }
    }
    if (left < precision * Math.abs(total)) break;
  }
  const factors = new Float64Array(kept.length * n);
  kept.forEach(({ vector }, k) => {
    factors.set(vector, k * n);
  });
  return { factors, signs: Float64Array.from(kept, ({ sign }) => sign) };
}
