import { symmetricEigen } from '@bandweave/image';
import { expect, test } from 'vitest';
import { quaternionSvd, withSingularValues } from '../../src/index.js';
import { type GroupMode, GroupShrinker } from '../../src/patches/group-shrinker.js';
import { shrinkValue } from '../../src/shrink/shrink-values.js';
import { random } from '../random.js';

const RULE = { kind: 'schatten', power: 0.95, constant: 3, steps: 4, reweightings: 4 } as const;

function filled(mode: GroupMode, pixels: number, bands: number, patches: number) {
  const shrinker = new GroupShrinker({ pixels, bands, patches }, mode, RULE);
  const next = random(pixels * 100 + patches);
  const input = Float64Array.from({ length: pixels * bands * patches }, (_, i) => {
    return 40 * next() + 30 * Math.sin(i % (pixels * bands));
  });
  shrinker.fill(input, patches);
  return { shrinker, input };
}

/** Without their mean over the patches. */
function centred(input: Float64Array, dims: number, patches: number) {
  const mean = new Float64Array(dims);
  for (let i = 0; i < input.length; i++) mean[i % dims] += input[i] / patches;
  return { mean, rest: input.map((value, i) => value - mean[i % dims]) };
}

test.each([
  [4, 30],
  [9, 20],
  [16, 12],
])('a group of %d pixels and %d patches is thresholded as a real matrix', (pixels, patches) => {
  const dims = 3 * pixels;
  const { shrinker, input } = filled('released', pixels, 3, patches);
  const { mean, rest } = centred(input, dims, patches);
  const gram = new Float64Array(dims * dims);
  for (let j = 0; j < patches; j++) {
    for (let a = 0; a < dims; a++) {
      for (let b = 0; b < dims; b++) gram[a * dims + b] += rest[j * dims + a] * rest[j * dims + b];
    }
  }
  const { values, vectors } = symmetricEigen(gram, dims);
  const expected = Float64Array.from({ length: input.length }, (_, i) => mean[i % dims]);
  for (let k = 0; k < dims; k++) {
    const s = Math.SQRT2 * Math.sqrt(Math.max(values[k], 0));
    if (s < 1e-3) continue;
    const share = shrinkValue(s, { patches, level: 9 }, RULE) / s;
    const u = vectors.subarray(k * dims, (k + 1) * dims);
    for (let j = 0; j < patches; j++) {
      let dot = 0;
      for (let d = 0; d < dims; d++) dot += u[d] * rest[j * dims + d];
      for (let d = 0; d < dims; d++) expected[j * dims + d] += share * dot * u[d];
    }
  }
  shrinker.shrink(patches, 9);
  expect(shrinker.result(patches)).toBeAllclose(expected, { rtol: 0, atol: 1e-9 });
});

test.each([
  [4, 12],
  [9, 5],
])('a group of %d pixels and %d patches is thresholded as quaternions', (pixels, patches) => {
  const dims = 3 * pixels;
  const { shrinker, input } = filled('quaternion', pixels, 3, patches);
  const { mean, rest } = centred(input, dims, patches);
  const part = (band: number) =>
    Float64Array.from({ length: pixels * patches }, (_, i) => {
      const [p, j] = [Math.floor(i / patches), i % patches];
      return rest[j * dims + band * pixels + p];
    });
  const w = new Float64Array(pixels * patches);
  const q = { height: pixels, width: patches, w, x: part(0), y: part(1), z: part(2) };
  const svd = quaternionSvd(q);
  const out = withSingularValues(
    svd,
    svd.s.map((s) => shrinkValue(s, { patches, level: 9 }, RULE)),
  );
  const bands = [out.x, out.y, out.z];
  const expected = Float64Array.from({ length: input.length }, (_, i) => {
    const [j, d] = [Math.floor(i / dims), i % dims];
    return mean[d] + bands[Math.floor(d / pixels)][(d % pixels) * patches + j];
  });
  shrinker.shrink(patches, 9);
  expect(shrinker.result(patches)).toBeAllclose(expected, { rtol: 0, atol: 1e-8 });
});

test('without noise a group stays as it is; equal patches stay under any noise', () => {
  const { shrinker, input } = filled('released', 9, 3, 20);
  shrinker.shrink(20, 0);
  expect(shrinker.result(20)).toBeAllclose(input, { rtol: 0, atol: 1e-9 });
  const equal = input.map((_, i) => i % 27);
  shrinker.fill(equal, 20);
  shrinker.shrink(20, 50);
  expect(shrinker.result(20)).toBeAllclose(equal, { rtol: 0, atol: 1e-9 });
});
