/**
 * The made scene: a landscape of known spectra seen by a sensor, with the truth beside the pair
 * that the sensor delivers. Everything in it is drawn and computed here; nothing is a photograph.
 */

import { InputError } from '../errors.js';
import { mtfDecimate } from '../mtf-filter.js';
import type { Raster } from '../raster.js';
import type { Transform } from '../transform.js';
import { bandKernels } from '../wald.js';
import { layOut } from './layout.js';
import { blurToGain, digitise } from './optics.js';
import { randomFrom } from './random.js';
import { render } from './render.js';

/** What the scene needs of a sensor; `findSensor` returns it. */
export interface SceneSensor {
  readonly name: string;
  readonly bands: readonly { readonly name: string; readonly range: readonly [number, number] }[];
  readonly panRange?: readonly [number, number];
  readonly ratio: number;
  readonly bits: number;
  readonly msGains: readonly number[];
  readonly panGain: number;
}

export interface SceneOptions {
  /** PAN pixels; multiples of the sensor's ratio. */
  readonly height: number;
  readonly width: number;
  readonly sensor: SceneSensor;
  /** Any integer; the same seed gives the same scene to the last bit. */
  readonly seed?: number;
  /** Metres a PAN pixel. */
  readonly pixelSize?: number;
}

/** A place of one kind of ground or roof, at a PAN pixel. */
export interface Landmark {
  readonly name: string;
  readonly row: number;
  readonly col: number;
}

export interface SyntheticScene {
  /** What PAN's optics would show of every MS band: noise-free, [bands, height, width]. */
  readonly truth: Raster<Uint16Array>;
  /** [1, height, width], with the detector's noise. */
  readonly pan: Raster<Uint16Array>;
  /** [bands, height / ratio, width / ratio], with the detector's noise. */
  readonly ms: Raster<Uint16Array>;
  /** PAN pixel to metres: x east, y north. */
  readonly panTransform: Transform;
  /** MS pixel to metres; half a PAN pixel off the corner for even ratios (the toolboxes' phase). */
  readonly msTransform: Transform;
  readonly bandNames: readonly string[];
  /** Centre of each band in nm. */
  readonly wavelengths: readonly number[];
  /** One even spot for each kind of ground that the scene has. */
  readonly landmarks: readonly Landmark[];
}

/** Apparent reflectance that fills the counts' range. */
const FULL_SCALE = 0.72;
/** For 11 bits; scaled with the range. PAN collects more light than a band, over a smaller pixel. */
const PAN_NOISE = { read: 1.6, shot: 0.006 };
const MS_NOISE = { read: 1.1, shot: 0.003 };

/**
 * A landscape of fields, roads, roofs, trees and a river, and what a sensor records of it.
 *
 * Light: L_b = sum of w_b(λ) [ρ(λ) (sun(λ) s + sky(λ)) + air(λ)], with ρ the areal mixture of
 * materials in a pixel (3x3 sub-pixels), s the share of direct sun (slopes, shadows) and w_b the
 * band's response times the sun's spectrum, adding up to 1. PAN is one more such band, so it is
 * not a sum of MS bands, as with a real instrument.
 * Truth: L_b through PAN's MTF (gain `panGain` at Nyquist), in counts, rounded.
 * PAN: the same of the PAN band, with noise. MS: truth through the sensor's MTF (`mtfKernel`),
 * every ratio-th sample from floor(ratio / 2) on, with noise.
 *
 * @throws InputError where a size is no multiple of the ratio or the sensor has no PAN or bands
 */
export function syntheticScene({
  height,
  width,
  sensor,
  seed = 1,
  pixelSize = 0.5,
}: SceneOptions): SyntheticScene {
  const { ratio, bits, msGains, panGain, panRange } = sensor;
  const bands = sensor.bands.length;
  if (!panRange || bands === 0) {
    throw new InputError(
      `syntheticScene: expected a sensor with a PAN and MS bands, got ${sensor.name}; ` +
        'take worldview-3, quickbird or landsat-8.',
    );
  }
  for (const size of [height, width]) {
    if (!Number.isInteger(size) || size < 8 * ratio || size % ratio !== 0 || size > 4096) {
      throw new InputError(
        `syntheticScene: expected a size of ${8 * ratio} to 4096 that is a multiple of ${ratio}, ` +
          `got ${height}x${width}.`,
      );
    }
  }
  const sun = { azimuth: 148, elevation: 47 };
  const layout = layOut(
    { across: width * pixelSize, down: height * pixelSize, sun },
    randomFrom(seed),
  );
  const light = render({
    ...layout,
    height,
    width,
    pixelSize,
    seed,
    bands: { ms: sensor.bands.map((band) => band.range), pan: panRange },
  });
  const max = 2 ** bits - 1;
  const scale = max / FULL_SCALE;
  const size = height * width;
  for (let b = 0; b <= bands; b++) {
    const plane = light.subarray(b * size, (b + 1) * size);
    blurToGain(plane, { height, width, gain: panGain });
    for (let i = 0; i < size; i++) plane[i]! *= scale;
  }
  const step = (max + 1) / 2048;
  const noise = (of: typeof PAN_NOISE) => ({ read: of.read * step, shot: of.shot * step });
  const truthData = digitise(light.subarray(0, bands * size), { max });
  const truth = { bands, height, width, data: truthData };
  const coarse = mtfDecimate(truth, bandKernels(bands, { gains: msGains, ratio }), { ratio });
  const msNoise = { max, noise: noise(MS_NOISE), random: randomFrom(seed ^ 0x5eed0001) };
  const panNoise = { max, noise: noise(PAN_NOISE), random: randomFrom(seed ^ 0x5eed0002) };
  const panTransform: Transform = [pixelSize, 0, 0, 0, -pixelSize, height * pixelSize];
  const shift = (Math.floor(ratio / 2) + 0.5 - ratio / 2) * pixelSize;
  const msSize = pixelSize * ratio;
  return {
    truth,
    pan: { bands: 1, height, width, data: digitise(light.subarray(bands * size), panNoise) },
    ms: { ...coarse, data: digitise(coarse.data, msNoise) },
    panTransform,
    msTransform: [msSize, 0, shift, 0, -msSize, height * pixelSize - shift],
    bandNames: sensor.bands.map((band) => band.name),
    wavelengths: sensor.bands.map(({ range: [low, high] }) => (low + high) / 2),
    landmarks: findLandmarks(layout.marks, { truth, pixelSize }),
  };
}

/** For each kind the most even of its marked places, well inside the scene. */
function findLandmarks(
  marks: readonly { name: string; at: readonly [number, number] }[],
  { truth, pixelSize }: { truth: Raster<Uint16Array>; pixelSize: number },
): Landmark[] {
  const best = new Map<string, Landmark & { spread: number }>();
  const margin = Math.max(4, Math.min(truth.height, truth.width) >> 5);
  for (const { name, at } of marks) {
    const row = Math.floor(at[1] / pixelSize);
    const col = Math.floor(at[0] / pixelSize);
    if (row < margin || col < margin) continue;
    if (row >= truth.height - margin || col >= truth.width - margin) continue;
    const spread = unevenness(truth, row, col);
    if (spread < (best.get(name)?.spread ?? 1)) best.set(name, { name, row, col, spread });
  }
  return [...best.values()].map(({ name, row, col }) => ({ name, row, col }));
}

/** Standard deviation over mean in 5x5 pixels, the worst of the bands. */
function unevenness({ bands, height, width, data }: Raster, row: number, col: number): number {
  let worst = 0;
  for (let b = 0; b < bands; b++) {
    let [sum, squares] = [0, 0];
    for (let r = row - 2; r <= row + 2; r++) {
      for (let c = col - 2; c <= col + 2; c++) {
        const value = data[(b * height + r) * width + c]!;
        sum += value;
        squares += value * value;
      }
    }
    const mean = sum / 25;
    const variance = Math.max(0, squares / 25 - mean * mean);
    worst = Math.max(worst, Math.sqrt(variance) / Math.max(1, mean));
  }
  return worst;
}
