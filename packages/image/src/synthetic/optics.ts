/** What an instrument adds to the light: its optics' blur, counts and noise. */

import type { Random } from './random.js';

/**
 * Blurs one plane in place so that its gain at Nyquist becomes `gain`. The mean over square pixels
 * already brings it to 2/pi; a Gaussian does the rest, so a gain above 2/pi leaves the plane as is.
 * Border: replicated.
 */
export function blurToGain(
  plane: Float32Array,
  { height, width, gain }: { height: number; width: number; gain: number },
): void {
  const rest = gain / (2 / Math.PI);
  if (rest >= 1) return;
  const reach = 3;
  const taps = gaussianTaps(rest, reach);
  const row = new Float64Array(width + 2 * reach);
  for (let r = 0; r < height; r++) {
    const at = r * width;
    for (let c = 0; c < row.length; c++) {
      row[c] = plane[at + Math.min(width - 1, Math.max(0, c - reach))]!;
    }
    for (let c = 0; c < width; c++) plane[at + c] = sevenTaps(row, taps, c);
  }
  blurColumns(plane, { height, width, taps });
}

/** A sampled Gaussian of sum 1 whose own gain at Nyquist, aliases and all, is `gain`. */
function gaussianTaps(gain: number, reach: number): Float64Array {
  let [low, high] = [0.2, 2];
  let taps = new Float64Array(2 * reach + 1);
  for (let k = 0; k < 50; k++) {
    const sigma = (low + high) / 2;
    taps = taps.map((_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
    const total = taps.reduce((sum, tap) => sum + tap, 0);
    taps = taps.map((tap) => tap / total);
    const nyquist = taps.reduce((sum, tap, i) => sum + ((i - reach) % 2 === 0 ? tap : -tap), 0);
    if (nyquist > gain) low = sigma;
    else high = sigma;
  }
  return taps;
}

function sevenTaps(line: Float64Array, taps: Float64Array, at: number): number {
  return (
    taps[0]! * (line[at]! + line[at + 6]!) +
    taps[1]! * (line[at + 1]! + line[at + 5]!) +
    taps[2]! * (line[at + 2]! + line[at + 4]!) +
    taps[3]! * line[at + 3]!
  );
}

/** Down the columns, holding the last seven untouched rows. */
function blurColumns(
  plane: Float32Array,
  { height, width, taps }: { height: number; width: number; taps: Float64Array },
): void {
  const reach = (taps.length - 1) / 2;
  const held = Array.from({ length: taps.length }, (_, k) => {
    const r = Math.min(height - 1, Math.max(0, k - reach - 1));
    return plane.slice(r * width, (r + 1) * width);
  });
  for (let r = 0; r < height; r++) {
    const spare = held.shift()!;
    const next = Math.min(height - 1, r + reach);
    spare.set(plane.subarray(next * width, (next + 1) * width));
    held.push(spare);
    const [a, b, c, d, e, f, g] = held as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    for (let i = 0; i < width; i++) {
      plane[r * width + i] =
        taps[0]! * (a[i]! + g[i]!) +
        taps[1]! * (b[i]! + f[i]!) +
        taps[2]! * (c[i]! + e[i]!) +
        taps[3]! * d[i]!;
    }
  }
}

/** Noise of a detector: a floor and the photons' own, as variance = read² + shot · counts. */
export interface DetectorNoise {
  readonly read: number;
  readonly shot: number;
}

/** Counts as the instrument stores them: noise added, rounded, held inside [0, max]. */
export function digitise(
  values: ArrayLike<number>,
  { max, noise, random }: { max: number; noise?: DetectorNoise; random?: Random },
): Uint16Array {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) {
    let value = values[i]!;
    if (noise && random) {
      const variance = noise.read * noise.read + noise.shot * Math.max(0, value);
      value += Math.sqrt(variance) * random.normal();
    }
    out[i] = value < 0 ? 0 : value > max ? max : Math.round(value);
  }
  return out;
}
