/**
 * Complex Fourier transforms of any length: radix 2 where the length is a power of two (Cooley,
 * Tukey 1965), else as a convolution with a chirp of such a length (Bluestein 1970).
 */

/** A sequence or picture of complex numbers as two arrays. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

interface Plan {
  /** X[k] = Σ x[t] exp(-2πi kt/n) in place, no factor. */
  readonly forward: (re: Float64Array, im: Float64Array) => void;
}

const plans = new Map<number, Plan>();

/** The plan for a length, made once. */
function planFor(n: number): Plan {
  let plan = plans.get(n);
  if (!plan) {
    plan = (n & (n - 1)) === 0 ? powerOfTwo(n) : bluestein(n);
    plans.set(n, plan);
  }
  return plan;
}

function powerOfTwo(n: number): Plan {
  const cos = new Float64Array(n / 2 || 1);
  const sin = new Float64Array(n / 2 || 1);
  for (let k = 0; k < n / 2; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n);
    sin[k] = -Math.sin((2 * Math.PI * k) / n);
  }
  const reversed = new Uint32Array(n);
  const bits = Math.log2(n);
  for (let i = 0; i < n; i++) {
    let to = 0;
    for (let b = 0; b < bits; b++) to |= ((i >> b) & 1) << (bits - 1 - b);
    reversed[i] = to;
  }
  const forward = (re: Float64Array, im: Float64Array) => {
    for (let i = 0; i < n; i++) {
      const j = reversed[i];
      if (j <= i) continue;
      const [a, b] = [re[i], im[i]];
      re[i] = re[j];
      im[i] = im[j];
      re[j] = a;
      im[j] = b;
    }
    for (let half = 1; half < n; half <<= 1) {
      const step = n / (2 * half);
      for (let base = 0; base < n; base += 2 * half) {
        for (let k = 0, w = 0; k < half; k++, w += step) {
          const p = base + k;
          const q = p + half;
          const a = re[q] * cos[w] - im[q] * sin[w];
          const b = re[q] * sin[w] + im[q] * cos[w];
          re[q] = re[p] - a;
          im[q] = im[p] - b;
          re[p] += a;
          im[p] += b;
        }
      }
    }
  };
  return { forward };
}

function bluestein(n: number): Plan {
  let size = 1;
  while (size < 2 * n - 1) size <<= 1;
  const inner = planFor(size);
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    // t² modulo 2n keeps the angle small, so that no digits are lost to it.
    const angle = (Math.PI * ((t * t) % (2 * n))) / n;
    cos[t] = Math.cos(angle);
    sin[t] = Math.sin(angle);
  }
  const chirpRe = new Float64Array(size);
  const chirpIm = new Float64Array(size);
  for (let t = 0; t < n; t++) {
    chirpRe[t] = cos[t];
    chirpIm[t] = sin[t];
    if (t > 0) {
      chirpRe[size - t] = cos[t];
      chirpIm[size - t] = sin[t];
    }
  }
  inner.forward(chirpRe, chirpIm);
  const re2 = new Float64Array(size);
  const im2 = new Float64Array(size);
  const forward = (re: Float64Array, im: Float64Array) => {
    re2.fill(0);
    im2.fill(0);
    for (let t = 0; t < n; t++) {
      re2[t] = re[t] * cos[t] + im[t] * sin[t];
      im2[t] = im[t] * cos[t] - re[t] * sin[t];
    }
    inner.forward(re2, im2);
    for (let k = 0; k < size; k++) {
      const a = re2[k] * chirpRe[k] - im2[k] * chirpIm[k];
      const b = re2[k] * chirpIm[k] + im2[k] * chirpRe[k];
      // Swapped parts: the forward transform then is the inverse one.
      re2[k] = b;
      im2[k] = a;
    }
    inner.forward(re2, im2);
    for (let k = 0; k < n; k++) {
      const a = im2[k] / size;
      const b = re2[k] / size;
      re[k] = a * cos[k] + b * sin[k];
      im[k] = b * cos[k] - a * sin[k];
    }
  };
  return { forward };
}

/** Sizes of a picture. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Two-dimensional transform of [height, width] in place: F[u,v] = Σ f e^(-2πi(uy/h + vx/w)). */
export function fft2({ re, im }: Complex, { height, width }: Size): void {
  const rows = planFor(width);
  for (let y = 0; y < height; y++) {
    rows.forward(re.subarray(y * width, (y + 1) * width), im.subarray(y * width, (y + 1) * width));
  }
  const columns = planFor(height);
  const a = new Float64Array(height);
  const b = new Float64Array(height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      a[y] = re[y * width + x];
      b[y] = im[y * width + x];
    }
    columns.forward(a, b);
    for (let y = 0; y < height; y++) {
      re[y * width + x] = a[y];
      im[y * width + x] = b[y];
    }
  }
}

/** The inverse of `fft2`, with the factor 1/(height · width), in place. */
export function ifft2({ re, im }: Complex, size: Size): void {
  fft2({ re: im, im: re }, size);
  const factor = 1 / (size.height * size.width);
  for (let i = 0; i < re.length; i++) {
    re[i] *= factor;
    im[i] *= factor;
  }
}
