/**
 * How a sensor of a few broad bands sees a cube of many narrow ones: each broad band is a weighted
 * mean of narrow ones. Known by the sensor's band limits, by measured curves, or by a matrix.
 */

import { InputError } from './errors.js';
import type { Raster } from './raster.js';
import type { Sensor } from './sensors.js';

export interface SpectralResponse {
  /** Names of the broad bands. */
  readonly names: readonly string[];
  /** One row a broad band, one weight a band of the cube; rows of known responses add up to 1. */
  readonly weights: readonly (readonly number[])[];
}

/** Bands of a cube on the wavelength axis, in nanometres. */
export interface SpectralBands {
  readonly wavelengths: readonly number[];
  /** Full widths; half the distance to both neighbours where they are not stated. */
  readonly widths?: readonly number[];
}

/** Measured curves on a common axis. */
export interface ResponseCurves {
  readonly names: readonly string[];
  /** Nanometres, rising. */
  readonly wavelengths: readonly number[];
  /** One curve a broad band, in any unit. */
  readonly curves: readonly (readonly number[])[];
}

/**
 * By the limits of the sensor's bands, flat in between: the weight of a narrow band is the part of
 * it that lies inside.
 *
 * @throws InputError where a band of the sensor lies outside the cube
 */
export function sensorResponse(
  { name, bands }: Pick<Sensor, 'name' | 'bands'>,
  cube: SpectralBands,
): SpectralResponse {
  if (bands.length === 0) {
    throw new InputError(
      `guide sensor: expected one whose band limits are known, got ${name}; give a file of responses.`,
    );
  }
  const spans = bandSpans(cube);
  const rows = bands.map(({ name: band, range: [low, high] }) =>
    scaled(
      spans.map(([from, to]) => Math.max(0, Math.min(to, high) - Math.max(from, low))),
      `${name} ${band}`,
    ),
  );
  return { names: bands.map((band) => band.name), weights: rows };
}

/** Points at which a curve is read within a narrow band. */
const POINTS = 9;

/**
 * By measured curves: the weight of a narrow band is the curve's mean over it times its width.
 *
 * @throws InputError where a curve is zero over the whole cube
 */
export function curveResponse(
  { names, wavelengths, curves }: ResponseCurves,
  cube: SpectralBands,
): SpectralResponse {
  const spans = bandSpans(cube);
  const weights = curves.map((curve, k) =>
    scaled(
      spans.map(([from, to]) => {
        let sum = 0;
        for (let i = 0; i < POINTS; i++) {
          sum += valueAt(wavelengths, curve, from + ((i + 0.5) / POINTS) * (to - from));
        }
        return (sum / POINTS) * (to - from);
      }),
      names[k],
    ),
  );
  return { names, weights };
}

/** [guides, height, width]: the cube as the sensor sees it. */
export function applyResponse(cube: Raster, { weights }: SpectralResponse): Raster<Float64Array> {
  const { bands, height, width, data, mask } = cube;
  const size = height * width;
  const out = new Float64Array(weights.length * size);
  for (const [g, row] of weights.entries()) {
    if (row.length !== bands) {
      throw new InputError(
        `spectral response: expected weights for ${bands} bands, got ${row.length}; choose the response of this cube.`,
      );
    }
    for (let k = 0; k < bands; k++) {
      if (row[k] === 0) continue;
      for (let i = 0; i < size; i++) out[g * size + i] += row[k] * data[k * size + i];
    }
  }
  return { bands: weights.length, height, width, data: out, ...(mask ? { mask } : {}) };
}

function bandSpans({ wavelengths, widths }: SpectralBands): [low: number, high: number][] {
  const order = wavelengths.map((_, k) => k).sort((a, b) => wavelengths[a] - wavelengths[b]);
  const spans = new Array<[number, number]>(wavelengths.length);
  for (const [at, k] of order.entries()) {
    const centre = wavelengths[k];
    const near = [order[at - 1], order[at + 1]]
      .filter((other) => other !== undefined)
      .map((other) => Math.abs(wavelengths[other] - centre));
    // A gap in the cube does not make its neighbours wide.
    const half = (widths?.[k] ?? (near.length > 0 ? Math.min(...near) : 10)) / 2;
    spans[k] = [centre - half, centre + half];
  }
  return spans;
}

function scaled(row: readonly number[], name: string): number[] {
  const total = row.reduce((a, b) => a + b, 0);
  if (total > 0) return row.map((weight) => weight / total);
  throw new InputError(
    `spectral response: expected ${name} to see some band of the cube, got none in its range; choose other bands or check the wavelengths.`,
  );
}

/** Between points by straight lines, zero outside. */
function valueAt(xs: readonly number[], ys: readonly number[], x: number): number {
  if (x < xs[0] || x > xs[xs.length - 1]) return 0;
  let low = 0;
  let high = xs.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle;
  }
  const share = xs[high] > xs[low] ? (x - xs[low]) / (xs[high] - xs[low]) : 0;
  return (1 - share) * ys[low] + share * ys[high];
}
