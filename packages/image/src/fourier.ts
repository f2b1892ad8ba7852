/**
 * Discrete Fourier transforms of any length: powers of two by halving, others as a convolution
 * (Bluestein 1970). float64.
 */

/** Real and imaginary parts. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** `inverse` turns the other way round and divides by the number of samples. */
export type Direction = 'forward' | 'inverse';

/**
 * X[f] = sum over x of v[x] exp(-2 pi i f x / n), in place; `inverse` undoes it.
 */
export function fft(values: Complex, direction: Direction = 'forward'): void {
  const { re, im } = values;
  const n = re.length;
  if (direction === 'inverse') {
    // Exchanging real and imaginary parts turns the direction round.
    planOf(n)({ re: im, im: re });
    for (let i = 0; i < n; i++) {
      re[i] /= n;
      im[i] /= n;
    }
  } else {
    planOf(n)(values);
  }
}

/** The transform along both axes of [height, width], in place. */
export function fft2(
  values: Complex,
  { height, width }: { readonly height: number; readonly width: number },
  direction: Direction = 'forward',
): void {
  for (let y = 0; y < height; y++) {
    fft(
      {
        re: values.re.subarray(y * width, (y + 1) * width),
        im: values.im.subarray(y * width, (y + 1) * width),
      },
      direction,
    );
  }
  const column = { re: new Float64Array(height), im: new Float64Array(height) };
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      column.re[y] = values.re[y * width + x];
      column.im[y] = values.im[y * width + x];
    }
    fft(column, direction);
    for (let y = 0; y < height; y++) {
      values.re[y * width + x] = column.re[y];
      values.im[y * width + x] = column.im[y];
    }
  }
}

/** A real image as complex values. */
export function toComplex(real: ArrayLike<number>): Complex {
  return { re: Float64Array.from(real), im: new Float64Array(real.length) };
}

type Plan = (values: Complex) => void;

const plans = new Map<number, Plan>();

function planOf(n: number): Plan {
  let plan = plans.get(n);
  if (!plan) {
    plan = (n & (n - 1)) === 0 ? halving(n) : bluestein(n);
    plans.set(n, plan);
  }
  return plan;
}

/** Decimation in time, iterative. */
function halving(n: number): Plan {
  const cos = Float64Array.from({ length: n >> 1 }, (_, i) => Math.cos((2 * Math.PI * i) / n));
  const sin = Float64Array.from({ length: n >> 1 }, (_, i) => -Math.sin((2 * Math.PI * i) / n));
  const order = new Uint32Array(n);
  for (let i = 1; i < n; i++) order[i] = (order[i >> 1] >> 1) | (i & 1 ? n >> 1 : 0);
  return ({ re, im }) => {
    for (let i = 0; i < n; i++) {
      const j = order[i];
      if (j <= i) continue;
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
    for (let size = 2; size <= n; size *= 2) {
      const half = size >> 1;
      const step = n / size;
      for (let start = 0; start < n; start += size) {
        for (let i = 0, t = 0; i < half; i++, t += step) {
          const a = start + i;
          const b = a + half;
          const x = re[b] * cos[t] - im[b] * sin[t];
          const y = re[b] * sin[t] + im[b] * cos[t];
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
    }
  };
}

/** Any length as a circular convolution with a chirp, of a length that is a power of two. */
function bluestein(n: number): Plan {
  let m = 1;
  while (m < 2 * n - 1) m *= 2;
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    // i * i modulo 2 n keeps the angle small.
    const angle = (Math.PI * ((i * i) % (2 * n))) / n;
    cos[i] = Math.cos(angle);
    sin[i] = Math.sin(angle);
  }
  const chirp = { re: new Float64Array(m), im: new Float64Array(m) };
  for (let i = 0; i < n; i++) {
    chirp.re[i] = cos[i];
    chirp.im[i] = sin[i];
    if (i > 0) {
      chirp.re[m - i] = cos[i];
      chirp.im[m - i] = sin[i];
    }
  }
  fft(chirp);
  const work = { re: new Float64Array(m), im: new Float64Array(m) };
  return ({ re, im }) => {
    work.re.fill(0);
    work.im.fill(0);
    for (let i = 0; i < n; i++) {
      work.re[i] = re[i] * cos[i] + im[i] * sin[i];
      work.im[i] = im[i] * cos[i] - re[i] * sin[i];
    }
    fft(work);
    for (let i = 0; i < m; i++) {
      const x = work.re[i];
      const y = work.im[i];
      work.re[i] = x * chirp.re[i] - y * chirp.im[i];
      work.im[i] = x * chirp.im[i] + y * chirp.re[i];
    }
    fft(work, 'inverse');
    for (let i = 0; i < n; i++) {
      const x = work.re[i];
      const y = work.im[i];
      re[i] = x * cos[i] + y * sin[i];
      im[i] = y * cos[i] - x * sin[i];
    }
  };
}
