import { InputError } from '@bandweave/image';
import { expect, test } from 'vitest';
import { dRho } from '../src/d-rho.js';
import { localCorrelation } from '../src/local-correlation.js';
import { estimatePhases, reproject, reprojectionIndices } from '../src/reprojection.js';
import { change, scene } from './scenes.js';

test('an image that follows PAN has no D_rho, its negative has 2', () => {
  const pan = scene(1, 32, 32);
  expect(
    dRho(
      change(pan, (value) => 3 * value),
      pan,
      { ratio: 4 },
    ),
  ).toBeCloseTo(0, 9);
  expect(
    dRho(
      change(pan, (value) => -value),
      pan,
      { ratio: 4 },
    ),
  ).toBeCloseTo(2, 9);
});

test('local correlation sums over rows and columns -w + 1 .. w around each pixel', () => {
  const a = scene(1, 12, 12).data;
  const b = scene(1, 12, 12, 6).data;
  const at = (plane: Float64Array, y: number, x: number) =>
    y < 0 || y > 11 || x < 0 || x > 11 ? 0 : plane[y * 12 + x];
  const window = (y: number, x: number) =>
    [-1, 0, 1, 2].flatMap((v) => [-1, 0, 1, 2].map((u) => [y + v, x + u] as const));
  const demeaned = (plane: Float64Array) =>
    plane.map((value, i) => {
      const around = window(Math.floor(i / 12), i % 12).map(([y, x]) => at(plane, y, x));
      return value - around.reduce((sum, each) => sum + each, 0) / 16;
    });
  const [p, q] = [demeaned(a), demeaned(b)];
  const sum = (f: (y: number, x: number) => number) =>
    window(5, 7).reduce((total, [y, x]) => total + f(y, x), 0);
  const cross = sum((y, x) => at(p, y, x) * at(q, y, x));
  const norm = Math.sqrt(sum((y, x) => at(p, y, x) ** 2) * sum((y, x) => at(q, y, x) ** 2));
  const map = localCorrelation(a, b, { height: 12, width: 12, halfWidth: 2 });
  expect(map[5 * 12 + 7]).toBeCloseTo(cross / norm, 10);
});

test('invalid pixels are left out', () => {
  const pan = scene(1, 32, 32);
  const spoilt = change(pan, (value, i) => (i === 300 ? Number.NaN : 2 * value));
  expect(dRho(spoilt, pan)).toBeCloseTo(0, 9);
});

test('the phase at which MS was sampled is found, and the truth then comes back to it', () => {
  const truth = scene(2, 64, 64);
  const pan = { ...truth, bands: 1, data: truth.data.slice(0, 4096) };
  const how = { ratio: 4, gains: [0.3, 0.3] };
  const phases = [
    { row: 1, col: 3 },
    { row: 1, col: 3 },
  ];
  const ms = reproject(truth, phases, how);
  const first = { ...ms, bands: 1, data: ms.data.slice(0, 256) };
  expect(estimatePhases(first, pan, how)).toEqual(phases.slice(0, 1));
  const indices = reprojectionIndices(
    { ...truth, bands: 1, data: truth.data.slice(0, 4096) },
    { ms: first, pan },
    { ratio: 4, gains: [0.3] },
  );
  expect(indices.r_q2n).toBeCloseTo(1, 12);
  expect(indices.r_ergas).toBeCloseTo(0, 12);
});

test('a PAN of another size is refused', () => {
  expect(() => dRho(scene(2, 8, 8), scene(1, 4, 4))).toThrow(InputError);
  const how = { ratio: 4, gains: [0.3] };
  expect(() => estimatePhases(scene(1, 8, 8), scene(1, 30, 32), how)).toThrow(InputError);
});
