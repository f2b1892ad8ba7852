/**
 * SSDiff's filter of the lowest frequencies: what the original does between two Fourier transforms
 * is a rank of four coefficients, so two thin matrix products do it.
 */

import { constant, matmul, mul, reshape, sub, type Tensor } from '@bandweave/graph';

/**
 * The real part of the map whose four Fourier coefficients (0, 0), (-1, 0), (0, -1) and (-1, -1)
 * are multiplied by `gain`: `gain` at the mean, half of it and a half at the waves of one period
 * and at the rising diagonal, 1 elsewhere.
 *
 * y - (1 - gain) / (h w) Σ Re(Y(k, l) e^{2πi (k n / h + l m / w)})
 */
export function dampLow(y: Tensor, { gain }: { readonly gain: number }): Tensor {
  const [b, c, h, w] = y.shape;
  const waves = lowWaves(h, w);
  const count = waves.length / (h * w);
  const rows = reshape(y, [b * c, h * w]);
  const shares = matmul(rows, constant(turned(waves, count), [h * w, count]));
  const low = matmul(shares, constant(waves, [count, h * w]));
  return sub(y, reshape(mul(low, (1 - gain) / (h * w)), y.shape));
}

/** Cosine and sine of each coefficient's wave [waves, h·w]. */
function lowWaves(h: number, w: number): Float32Array {
  // On a side of one pixel both frequencies are the same, and count once.
  const [rows, cols] = [h > 1 ? [0, -1] : [0], w > 1 ? [0, -1] : [0]];
  const all = rows.flatMap((k) => cols.map((l) => [k, l]));
  const waves = all.flatMap(([k, l]) => {
    const angle = (p: number) => 2 * Math.PI * ((k * Math.floor(p / w)) / h + (l * (p % w)) / w);
    const cosine = Array.from({ length: h * w }, (_, p) => Math.cos(angle(p)));
    // The mean has no sine.
    if (k === 0 && l === 0) return cosine;
    return [...cosine, ...Array.from({ length: h * w }, (_, p) => Math.sin(angle(p)))];
  });
  return Float32Array.from(waves);
}

function turned(rows: Float32Array, count: number): Float32Array {
  const length = rows.length / count;
  const out = new Float32Array(rows.length);
  for (let r = 0; r < count; r++) {
    for (let p = 0; p < length; p++) out[p * count + r] = rows[r * length + p];
  }
  return out;
}
