/**
 * From reflectance to counts: sun, sky and air light, and the bands' responses. The unit of
 * light is apparent reflectance, radiance over the radiance of a white flat field in full sun.
 */

import { type Spectrum, WAVELENGTH_COUNT, WAVELENGTH_START, WAVELENGTH_STEP } from './spectra.js';

/** What the scene needs to know of a sensor; a range is [first, last] in nm at half response. */
export interface SceneBands {
  readonly ms: readonly (readonly [number, number])[];
  readonly pan: readonly [number, number];
}

/** Where the sun stands: degrees clockwise from north (up), degrees above the horizon. */
export interface Sun {
  readonly azimuth: number;
  readonly elevation: number;
}

/** Share of the light on flat ground that comes from the sky: bluer than the sun. */
export const skyShare = (nm: number) => 0.07 + 0.13 * (450 / nm) ** 3;

/** Light that the air scatters into the sensor: Rayleigh's fourth power over a little haze. */
export const airLight = (nm: number) => 0.004 + 0.052 * (430 / nm) ** 3.6;

/** Solar spectral irradiance, relative: Planck's law at 5800 K. */
function sunlight(nm: number): number {
  const x = 14_387_769 / (nm * 5800);
  return 1e15 / (nm ** 5 * Math.expm1(x));
}

/** Silicon's quantum efficiency, relative, with a floor for the other detectors beyond 1000 nm. */
const detector = (nm: number) =>
  nm > 1000 ? 0.5 : 0.35 + 0.65 * Math.exp(-(((nm - 690) / 230) ** 2));

/** Band-pass with soft shoulders (Butterworth of order 10), half response at both ends. */
export function bandResponse(nm: number, [first, last]: readonly [number, number]): number {
  const reach = (2 * (nm - (first + last) / 2)) / (last - first);
  return detector(nm) / (1 + reach ** 20);
}

/** Weights over the spectrum's samples that integrate one band; their sum is 1. */
export function bandWeights(range: readonly [number, number]): Float64Array {
  const weights = new Float64Array(WAVELENGTH_COUNT);
  let total = 0;
  for (let i = 0; i < WAVELENGTH_COUNT; i++) {
    const nm = WAVELENGTH_START + i * WAVELENGTH_STEP;
    weights[i] = bandResponse(nm, range) * sunlight(nm);
    total += weights[i]!;
  }
  for (let i = 0; i < WAVELENGTH_COUNT; i++) weights[i]! /= total;
  return weights;
}

/** What a surface sends to one band: `direct` under the sun alone, `diffuse` under the sky. */
export interface BandLight {
  readonly direct: Float64Array;
  readonly diffuse: Float64Array;
}

/** The two parts of a surface's apparent reflectance, one value a band. */
export function lightOf(spectrum: Spectrum, weights: readonly Float64Array[]): BandLight {
  const direct = new Float64Array(weights.length);
  const diffuse = new Float64Array(weights.length);
  const shares = spectrum.map((_, i) => skyShare(WAVELENGTH_START + i * WAVELENGTH_STEP));
  for (let b = 0; b < weights.length; b++) {
    for (let i = 0; i < WAVELENGTH_COUNT; i++) {
      const sky = shares[i]!;
      const part = weights[b]![i]! * spectrum[i]!;
      direct[b]! += part * (1 - sky);
      diffuse[b]! += part * sky;
    }
  }
  return { direct, diffuse };
}

/** Air light of every band. */
export function airLightOf(weights: readonly Float64Array[]): Float64Array {
  return Float64Array.from(weights, (band) => {
    let sum = 0;
    for (let i = 0; i < WAVELENGTH_COUNT; i++) {
      sum += band[i]! * airLight(WAVELENGTH_START + i * WAVELENGTH_STEP);
    }
    return sum;
  });
}
