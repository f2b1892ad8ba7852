import { imresize, type Raster } from '@bandweave/image';
import { expect, test } from 'vitest';
import {
  BLUES_REVERSED,
  drawnResidual,
  drawnSpectrum,
  energyInBox,
  fitSinc,
  logSpectrum,
  lowPassSuperResolve,
  radialMeans,
} from '../src/index.js';

/** A wave of so many periods down and across, in one band of three. */
function wave(band: number, down: number, across: number): Raster<Float64Array> {
  const data = new Float64Array(3 * 16 * 20);
  for (let i = 0; i < 320; i++) {
    const angle = (down * Math.floor(i / 20)) / 16 + (across * (i % 20)) / 20;
    data[band * 320 + i] = Math.cos(2 * Math.PI * angle);
  }
  return { bands: 3, height: 16, width: 20, data };
}

test('a wave is two points around the middle, its band moved by one as published', () => {
  const image = wave(2, 3, 4);
  const published = logSpectrum(image).data;
  expect(published[(8 + 3) * 20 + 10 + 4]).toBeCloseTo(Math.log(161), 9);
  expect(published[(8 - 3) * 20 + 10 - 4]).toBeCloseTo(Math.log(161), 9);
  const planes = logSpectrum(image, { shift: 'planes' }).data;
  expect(planes[2 * 320 + (8 + 3) * 20 + 10 + 4]).toBeCloseTo(Math.log(161), 9);
});

test('energy inside and outside the low frequencies is told apart', () => {
  expect(energyInBox(wave(0, 1, 2), 4)).toBeCloseTo(1, 12);
  expect(energyInBox(wave(0, 5, 2), 4)).toBeCloseTo(0, 12);
});

test('radial means find the wave in its ring', () => {
  const points = radialMeans(wave(1, 4, 0), 8);
  const top = points.reduce((a, b) => (b.amplitude > a.amplitude ? b : a));
  expect(Math.abs(top.frequency - 0.25)).toBeLessThanOrEqual(1 / 32);
});

test('a sinc fits itself, a box does not', () => {
  const side = 33;
  const make = (at: (t: number) => number) => {
    const line = Float64Array.from({ length: side }, (_, i) => at((i - 16) / 3));
    const data = Float64Array.from(
      { length: side * side },
      (_, i) => 2 * line[Math.floor(i / side)] * line[i % side],
    );
    return { bands: 1, height: side, width: side, data };
  };
  const ideal = make((t) => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t)));
  const fit = fitSinc(ideal, 3);
  expect(fit).toMatchObject({ row: 16, col: 16 });
  expect(fit.correlation).toBeCloseTo(1, 12);
  expect(fit.amplitude).toBeCloseTo(2, 12);
  expect(
    fitSinc(
      make((t) => (Math.abs(t) < 0.5 ? 1 : 0)),
      3,
    ).correlation,
  ).toBeLessThan(0.9);
});

test('the low-pass super-resolver keeps the range of each band and its picture', () => {
  const image = imresize(wave(0, 1, 1), { height: 12, width: 16 });
  const out = lowPassSuperResolve(image, { scale: 2, omega: 6 });
  expect([out.height, out.width]).toEqual([24, 32]);
  const band = (raster: Raster) => Array.from(raster.data.subarray(0, raster.data.length / 3));
  expect(Math.max(...band(out))).toBeCloseTo(Math.max(...band(image)), 9);
  expect(Math.min(...band(out))).toBeCloseTo(Math.min(...band(image)), 9);
});

test('spectra are drawn dark to light, residuals from 0 to 1', () => {
  const spectrum = { bands: 1, height: 1, width: 3, data: Float64Array.of(-1, 0, 1) };
  const picture = drawnSpectrum(spectrum);
  expect([picture.data[0], picture.data[3], picture.data[6]]).toEqual([8, 48, 107]);
  expect(picture.data[2]).toBe(BLUES_REVERSED[765]);
  expect(Array.from(drawnResidual(spectrum).data)).toEqual([0, 0.5, 1]);
});
