/** Discrete Fourier transforms of any size as products with matrices of cosines and sines. */

import type { ElementType } from '../core/element-type.js';
import { opError, showShape } from '../core/shape.js';
import { constant, type Tensor } from '../core/tensor.js';
import { add, sub } from './arithmetic.js';
import { concat, slice } from './layout.js';
import { matmul } from './matmul.js';

/** A complex tensor by its parts, of one shape. */
export interface Complex {
  readonly real: Tensor;
  readonly imaginary: Tensor;
}

/** Where the factor 1/(height·width) goes: to the inverse, to both by its root, to the forward. */
export type FourierNorm = 'backward' | 'ortho' | 'forward';

interface FourierOptions {
  readonly norm?: FourierNorm;
}

type Direction = 'forward' | 'inverse';

/** What one axis of n samples is multiplied by. */
function scaleOf(n: number, norm: FourierNorm, direction: Direction): number {
  if (norm === 'ortho') return 1 / Math.sqrt(n);
  return (norm === 'backward') === (direction === 'inverse') ? 1 / n : 1;
}

/** Value at row i and column j of a matrix. */
function matrix(
  rows: number,
  columns: number,
  { dtype, at }: { readonly dtype: ElementType; readonly at: (i: number, j: number) => number },
): Tensor {
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) data[i * columns + j] = at(i, j);
  return constant(dtype === 'float64' ? data : Float32Array.from(data), [rows, columns], dtype);
}

/** cos and sin of 2π·product/n; the product is reduced first, and quarter turns are exact. */
function cosine(product: number, n: number): number {
  const r = product % n;
  if (4 * r === n || 4 * r === 3 * n) return 0;
  return 2 * r === n ? -1 : Math.cos((2 * Math.PI * r) / n);
}

function sine(product: number, n: number): number {
  const r = product % n;
  if (r === 0 || 2 * r === n) return 0;
  if (4 * r === n) return 1;
  return 4 * r === 3 * n ? -1 : Math.sin((2 * Math.PI * r) / n);
}

interface AxisPlan {
  readonly sign: 1 | -1;
  readonly scale: number;
  /** How many frequencies are kept. */
  readonly count: number;
}

/** Both parts side by side on the last axis: z · (C + j·sign·S). */
function alongWidth(z: Partial<Complex> & Pick<Complex, 'real'>, plan: AxisPlan): Tensor {
  const { sign, scale, count } = plan;
  const n = z.real.shape[z.real.shape.length - 1];
  const { dtype } = z.real;
  const c = (i: number, k: number) => scale * cosine(i * k, n);
  const s = (i: number, k: number) => scale * sign * sine(i * k, n);
  const both = (left: typeof c, right: typeof c) =>
    matrix(n, 2 * count, { dtype, at: (i, j) => (j < count ? left(i, j) : right(i, j - count)) });
  const fromReal = matmul(z.real, both(c, s));
  if (!z.imaginary) return fromReal;
  return add(
    fromReal,
    matmul(
      z.imaginary,
      both((i, k) => -s(i, k), c),
    ),
  );
}

/** (C + j·sign·S) · z for both parts side by side. */
function alongHeight(both: Tensor, { sign, scale }: Omit<AxisPlan, 'count'>): Complex {
  const rank = both.shape.length;
  const [n, width] = both.shape.slice(-2);
  const stacked = matrix(2 * n, n, {
    dtype: both.dtype,
    at: (i, j) => scale * (i < n ? cosine(i * j, n) : sign * sine((i - n) * j, n)),
  });
  const product = matmul(stacked, both);
  const part = (row: 0 | 1, column: 0 | 1) =>
    slice(product, [
      { axis: rank - 2, start: row * n, stop: (row + 1) * n },
      { axis: rank - 1, start: (column * width) / 2, stop: ((column + 1) * width) / 2 },
    ]);
  return {
    real: sub(part(0, 0), part(1, 1)),
    imaginary: add(part(0, 1), part(1, 0)),
  };
}

function check(op: string, { real, imaginary }: Partial<Complex> & Pick<Complex, 'real'>): void {
  const shown = imaginary ?? real;
  const alike = showShape(shown.shape) === showShape(real.shape) && shown.dtype === real.dtype;
  if (real.shape.length < 2 || !alike) {
    throw opError(
      op,
      'parts [...,height,width] of one shape and type',
      `${real.dtype}${showShape(real.shape)} and ${shown.dtype}${showShape(shown.shape)}`,
    );
  }
}

function transform2(
  z: Partial<Complex> & Pick<Complex, 'real'>,
  { norm, direction, count }: { norm: FourierNorm; direction: Direction; count: number },
): Complex {
  const [height, width] = z.real.shape.slice(-2);
  const sign = direction === 'forward' ? -1 : 1;
  const both = alongWidth(z, { sign, scale: scaleOf(width, norm, direction), count });
  return alongHeight(both, { sign, scale: scaleOf(height, norm, direction) });
}

/**
 * Two-dimensional transform over the last two axes, as numpy's fft2:
 * Z[k,l] = Σ z[m,n] · exp(-2πj (km/height + ln/width)). A missing imaginary part is zero.
 */
export function fft2(
  z: Partial<Complex> & Pick<Complex, 'real'>,
  { norm = 'backward' }: FourierOptions = {},
): Complex {
  check('fft2', z);
  const count = z.real.shape[z.real.shape.length - 1];
  return transform2(z, { norm, direction: 'forward', count });
}

/** The inverse of `fft2` with the same norm. */
export function ifft2(
  z: Partial<Complex> & Pick<Complex, 'real'>,
  { norm = 'backward' }: FourierOptions = {},
): Complex {
  check('ifft2', z);
  const count = z.real.shape[z.real.shape.length - 1];
  return transform2(z, { norm, direction: 'inverse', count });
}

/** `fft2` of a real tensor without the frequencies that follow by symmetry: width/2 + 1 columns. */
export function rfft2(x: Tensor, { norm = 'backward' }: FourierOptions = {}): Complex {
  check('rfft2', { real: x });
  const count = Math.floor(x.shape[x.shape.length - 1] / 2) + 1;
  return transform2({ real: x }, { norm, direction: 'forward', count });
}

/** The real tensor whose `rfft2` this is; `width` tells even from odd. */
export function irfft2(
  z: Complex,
  { width, norm = 'backward' }: FourierOptions & { readonly width: number },
): Tensor {
  check('irfft2', z);
  const [height, count] = z.real.shape.slice(-2);
  if (Math.floor(width / 2) + 1 !== count) {
    throw opError('irfft2', `a width of ${2 * count - 2} or ${2 * count - 1}`, String(width));
  }
  const sides = concat([z.real, z.imaginary], { axis: -1 });
  const spectrum = alongHeight(sides, { sign: 1, scale: scaleOf(height, norm, 'inverse') });
  const scale = scaleOf(width, norm, 'inverse');
  const { dtype } = z.real;
  const weight = (k: number) => scale * (k === 0 || 2 * k === width ? 1 : 2);
  const c = matrix(count, width, { dtype, at: (k, n) => weight(k) * cosine(k * n, width) });
  const s = matrix(count, width, { dtype, at: (k, n) => weight(k) * sine(k * n, width) });
  return sub(matmul(spectrum.real, c), matmul(spectrum.imaginary, s));
}
