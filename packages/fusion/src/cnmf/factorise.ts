/** Multiplicative updates of a non-negative factorisation X = W H. Lee, Seung 2001. */

/** X [rows, pixels], W [rows, parts], H [parts, pixels], all without negative values. */
export interface Factors {
  readonly x: Float64Array;
  readonly w: Float64Array;
  readonly h: Float64Array;
  readonly rows: number;
  readonly parts: number;
  readonly pixels: number;
}

export interface FactoriseOptions {
  readonly update: 'w' | 'h' | 'both';
  readonly iterations: number;
  /** Weight of a row of ones below X and W, which pulls the columns of H to a sum of one. */
  readonly sumToOne?: number;
}

/** Keeps quotients finite. */
const TINY = 1e-12;

/** Changes W, H or both in place; stops where the error falls by less than 1e-4 in ten rounds. */
export function factorise(factors: Factors, options: FactoriseOptions): void {
  const { update, iterations, sumToOne = 0 } = options;
  let before = Number.POSITIVE_INFINITY;
  for (let i = 0; i < iterations; i++) {
    if (update !== 'w') updateH(factors, sumToOne);
    if (update !== 'h') updateW(factors);
    if (i % 10 !== 9) continue;
    const error = errorOf(factors);
    if (before - error < 1e-4 * error) return;
    before = error;
  }
}

/** H <- H (W'X) / (W'W H), with the row of ones. */
function updateH({ x, w, h, rows, parts, pixels }: Factors, sumToOne: number): void {
  const ones = sumToOne * sumToOne;
  const gram = new Float64Array(parts * parts).fill(ones);
  for (let r = 0; r < rows; r++) {
    for (let a = 0; a < parts; a++) {
      for (let b = 0; b < parts; b++) gram[a * parts + b] += w[r * parts + a] * w[r * parts + b];
    }
  }
  // A stretch of pixels at a time, so that what is summed stays in the cache.
  const stretch = 2048;
  const top = new Float64Array(parts * stretch);
  const bottom = new Float64Array(parts * stretch);
  for (let from = 0; from < pixels; from += stretch) {
    const count = Math.min(stretch, pixels - from);
    top.fill(ones);
    bottom.fill(TINY);
    for (let a = 0; a < parts; a++) {
      const up = top.subarray(a * stretch, a * stretch + count);
      for (let r = 0; r < rows; r++)
        addScaled(up, x, { from: r * pixels + from, by: w[r * parts + a] });
      const down = bottom.subarray(a * stretch, a * stretch + count);
      for (let b = 0; b < parts; b++) {
        addScaled(down, h, { from: b * pixels + from, by: gram[a * parts + b] });
      }
    }
    for (let a = 0; a < parts; a++) {
      for (let i = 0; i < count; i++) {
        h[a * pixels + from + i] *= top[a * stretch + i] / bottom[a * stretch + i];
      }
    }
  }
}

/** W <- W (XH') / (W HH'). */
function updateW({ x, w, h, rows, parts, pixels }: Factors): void {
  const gram = new Float64Array(parts * parts);
  for (let a = 0; a < parts; a++) {
    for (let b = 0; b <= a; b++) {
      gram[a * parts + b] = dot(h, h, [a * pixels, b * pixels, pixels]);
      gram[b * parts + a] = gram[a * parts + b];
    }
  }
  const row = new Float64Array(parts);
  for (let r = 0; r < rows; r++) {
    for (let a = 0; a < parts; a++) {
      let bottom = TINY;
      for (let b = 0; b < parts; b++) bottom += w[r * parts + b] * gram[b * parts + a];
      row[a] = (w[r * parts + a] * dot(x, h, [r * pixels, a * pixels, pixels])) / bottom;
    }
    w.set(row, r * parts);
  }
}

/** Squared error of X - W H. */
function errorOf({ x, w, h, rows, parts, pixels }: Factors): number {
  const line = new Float64Array(pixels);
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    line.set(x.subarray(r * pixels, (r + 1) * pixels));
    for (let a = 0; a < parts; a++) addScaled(line, h, { from: a * pixels, by: -w[r * parts + a] });
    for (let i = 0; i < pixels; i++) sum += line[i] * line[i];
  }
  return sum;
}

function addScaled(
  into: Float64Array,
  values: Float64Array,
  { from, by }: { readonly from: number; readonly by: number },
): void {
  if (by === 0) return;
  for (let i = 0; i < into.length; i++) into[i] += by * values[from + i];
}

function dot(
  a: Float64Array,
  b: Float64Array,
  [atA, atB, count]: readonly [number, number, number],
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[atA + i] * b[atB + i];
  return sum;
}
