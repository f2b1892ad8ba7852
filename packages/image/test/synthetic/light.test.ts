import { describe, expect, test } from 'vitest';
import {
  airLightOf,
  bandResponse,
  bandWeights,
  lightOf,
} from '../../src/synthetic/illumination.js';
import { blurToGain, digitise } from '../../src/synthetic/optics.js';
import { randomFrom } from '../../src/synthetic/random.js';
import { materialSpectrum, WAVELENGTH_STEP } from '../../src/synthetic/spectra.js';

const at = (spectrum: Float64Array, nm: number) => spectrum[(nm - 400) / WAVELENGTH_STEP]!;

describe('spectra', () => {
  test.each(['wheat', 'grass', 'broadleaf'] as const)('%s has a red edge', (name) => {
    const leaf = materialSpectrum(name);
    expect(at(leaf, 800)).toBeGreaterThan(4 * at(leaf, 670));
    expect(at(leaf, 550)).toBeGreaterThan(1.4 * at(leaf, 670));
    expect(at(leaf, 1940)).toBeLessThan(0.5 * at(leaf, 1650));
  });

  test('soil rises, water falls, asphalt is flat', () => {
    const soil = materialSpectrum('lightSoil');
    expect(at(soil, 850)).toBeGreaterThan(1.3 * at(soil, 550));
    const water = materialSpectrum('clearWater');
    expect(at(water, 850)).toBeLessThan(0.5 * at(water, 500));
    const asphalt = materialSpectrum('asphalt');
    expect(at(asphalt, 900) / at(asphalt, 450)).toBeLessThan(1.25);
  });
});

describe('light', () => {
  test('weights of a band add up to one and a white surface sends all of its light', () => {
    const weights = bandWeights([630, 690]);
    expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
    const { direct, diffuse } = lightOf(new Float64Array(401).fill(1), [weights]);
    expect(direct[0]! + diffuse[0]!).toBeCloseTo(1, 12);
  });

  test('a response is half its middle at the ends of its range, detector apart', () => {
    const flatDetector = (nm: number) =>
      bandResponse(nm, [600, 700]) / bandResponse(nm, [200, 1100]);
    expect(flatDetector(600)).toBeCloseTo(0.5, 2);
    expect(flatDetector(650)).toBeCloseTo(1, 3);
  });

  test('sky and air are bluer than the sun', () => {
    const bands = [bandWeights([450, 510]), bandWeights([770, 895])];
    const { direct, diffuse } = lightOf(new Float64Array(401).fill(1), bands);
    expect(diffuse[0]! / direct[0]!).toBeGreaterThan(1.5 * (diffuse[1]! / direct[1]!));
    const air = airLightOf(bands);
    expect(air[0]!).toBeGreaterThan(3 * air[1]!);
  });
});

describe('optics', () => {
  test('brings the gain at Nyquist to what the sensor states and keeps the mean', () => {
    const [height, width] = [32, 32];
    const stripes = Float32Array.from({ length: 1024 }, (_, i) => 100 + (i % 2 === 0 ? 10 : -10));
    blurToGain(stripes, { height, width, gain: 0.14 });
    // the mean over the pixel's square has already given 2/pi of it
    expect(stripes[16 * 32 + 16]! - 100).toBeCloseTo((10 * 0.14) / (2 / Math.PI), 1);
    expect((stripes[16 * 32 + 16]! + stripes[16 * 32 + 17]!) / 2).toBeCloseTo(100, 3);
    const turned = Float32Array.from({ length: 1024 }, (_, i) => ((i >> 5) % 2 === 0 ? 10 : -10));
    blurToGain(turned, { height, width, gain: 0.14 });
    expect(turned[16 * 32 + 16]!).toBeCloseTo((10 * 0.14) / (2 / Math.PI), 1);
  });

  test('adds noise of the stated variance and stays inside the range', () => {
    const counts = digitise(new Float64Array(40_000).fill(500), {
      max: 2047,
      noise: { read: 3, shot: 0.02 },
      random: randomFrom(9),
    });
    const mean = counts.reduce((sum, v) => sum + v, 0) / counts.length;
    const variance = counts.reduce((sum, v) => sum + (v - mean) ** 2, 0) / counts.length;
    expect(mean).toBeCloseTo(500, 0);
    expect(variance).toBeGreaterThan(18);
    expect(variance).toBeLessThan(20.5);
    expect([...digitise([-4, 2.4, 9999], { max: 2047 })]).toEqual([0, 2, 2047]);
  });
});

test('randomFrom is even over its range and repeats by seed', () => {
  const random = randomFrom(3);
  const values = Array.from({ length: 20_000 }, () => random.next());
  expect(values.reduce((sum, v) => sum + v, 0) / values.length).toBeCloseTo(0.5, 2);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  const again = randomFrom(3);
  expect(values.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => again.next()));
});
