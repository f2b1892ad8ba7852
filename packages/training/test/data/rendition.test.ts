import { bandKernels, interp23tap, mtfDecimate } from '@bandweave/image';
import { PLAIN } from '@bandweave/models';
import { expect, test } from 'vitest';
import { renderScene, turned } from '../../src/data/rendition.js';
import { madeScene } from '../made-scene.js';

const still = { orientation: 0, gain: 1, mtfGains: [0.3, 0.3, 0.3], shift: [0, 0] as const };

test('unvaried, a scene is reduced and enlarged as the toolboxes do and divided by its scale', () => {
  const scene = madeScene();
  const { ms, lms, target, pan } = renderScene(scene, still, PLAIN);
  const kernels = bandKernels(3, { gains: 0.3, ratio: 4 });
  const coarse = mtfDecimate(scene.reference, kernels, { ratio: 4 });
  expect(ms.data).toBeAllclose(
    coarse.data.map((v) => v / 2047),
    { atol: 1e-6 },
  );
  expect(lms.data).toBeAllclose(
    interp23tap(coarse, 4).data.map((v) => v / 2047),
    { atol: 1e-6 },
  );
  expect(target.data).toBeAllclose(
    scene.reference.data.map((v) => v / 2047),
    { atol: 1e-6 },
  );
  expect(pan.data).toBeAllclose(
    scene.pan.data.map((v) => v / 2047),
    { atol: 1e-6 },
  );
});

test('standardised by the scene, enlarged MS has mean 0 and deviation 1 in every band', () => {
  const { lms, offsets, scales, target } = renderScene(madeScene(), still, {
    ...PLAIN,
    normalise: 'scene',
  });
  const size = lms.height * lms.width;
  for (let b = 0; b < 3; b++) {
    const band = lms.data.subarray(b * size, (b + 1) * size);
    const mean = band.reduce((a, v) => a + v, 0) / size;
    const square = band.reduce((a, v) => a + (v - mean) ** 2, 0) / size;
    expect([mean, square]).toBeAllclose([0, 1], { atol: 1e-4 });
  }
  expect(target.data[0] * scales[0] + offsets[0]).toBeCloseTo(madeScene().reference.data[0], 2);
});

test('a sharper MTF leaves more contrast in MS', () => {
  const contrast = (gain: number) => {
    const { ms } = renderScene(madeScene(), { ...still, mtfGains: [gain, gain, gain] }, PLAIN);
    return ms.data.reduce((sum, v, i) => sum + Math.abs(v - (ms.data[i - 1] ?? v)), 0);
  };
  expect(contrast(0.6)).toBeGreaterThan(1.05 * contrast(0.1));
});

test('a base takes the place of the enlarged MS', () => {
  const exp = renderScene(madeScene(), still, PLAIN);
  const { lms, ms } = renderScene(madeScene(), still, { ...PLAIN, base: 'mtf-glp-fs' });
  expect(ms.data).toEqual(exp.ms.data);
  const apart = (data: Float32Array) =>
    data.reduce((sum, v, i) => sum + Math.abs(v - exp.target.data[i]), 0);
  expect(apart(lms.data)).toBeLessThan(0.8 * apart(exp.lms.data));
});

test('the eight turns keep every pixel, and four of one kind come back to the start', () => {
  const raster = { bands: 2, height: 3, width: 5, data: new Float32Array(30).map((_, i) => i) };
  const images = new Set<string>();
  for (let orientation = 0; orientation < 8; orientation++) {
    const once = turned(raster, orientation);
    images.add(once.data.join());
    expect([...once.data].sort((a, b) => a - b)).toEqual([...raster.data]);
    let back = once;
    for (let i = 1; i < 4; i++) back = turned(back, orientation);
    expect(back).toEqual(raster);
  }
  expect(images.size).toBe(8);
});
