import { PLAIN } from '@bandweave/models';
import { expect, test } from 'vitest';
import { NO_AUGMENTATION } from '../../src/data/augmentation.js';
import { batchMaker } from '../../src/data/batch.js';
import { madeScene } from '../made-scene.js';

const plan = {
  batch: 3,
  patch: 32,
  renew: 4,
  seed: 5,
  augmentation: { flips: true, gain: 0.1, mtf: 0.1, shift: 0.2, bandDropout: 0 },
  preparation: PLAIN,
};
const scenes = [madeScene(), madeScene({ name: 'other', phase: 9 })];

test('a batch depends on the seed and the step, not on what was asked before', () => {
  const one = batchMaker(scenes, plan);
  for (let step = 0; step < 9; step++) one.at(step);
  const late = one.at(9);
  expect(batchMaker(scenes, plan).at(9)).toEqual(late);
  expect(one.at(10)).not.toEqual(late);
  expect(batchMaker(scenes, { ...plan, seed: 6 }).at(9)).not.toEqual(late);
});

test('the patches of one place lie over each other', () => {
  const unvaried = { ...plan, augmentation: NO_AUGMENTATION };
  const { pan, target, ms, lms } = batchMaker(scenes, unvaried).at(0);
  expect([pan.length, ms.length]).toEqual([3 * 32 * 32, 3 * 3 * 8 * 8]);
  // PAN of a made scene is the mean of its bands.
  const size = 32 * 32;
  const mean = pan.map((_, i) => {
    const [patch, at] = [Math.floor(i / size), i % size];
    return (
      (target[3 * patch * size + at] +
        target[(3 * patch + 1) * size + at] +
        target[(3 * patch + 2) * size + at]) /
      3
    );
  });
  expect(pan).toBeAllclose(mean, { atol: 1e-6 });
  // Enlarged MS keeps each sample of MS at 4 i + 2.
  const kept = ms.map(
    (_, i) =>
      lms[Math.floor(i / 64) * size + (Math.floor((i % 64) / 8) * 4 + 2) * 32 + (i % 8) * 4 + 2],
  );
  expect(kept).toBeAllclose(ms, { atol: 1e-6 });
});

test('a dropped band is missing in MS, base and target alike', () => {
  const augmentation = { ...NO_AUGMENTATION, bandDropout: 1 };
  const { ms, lms, target } = batchMaker(scenes, { ...plan, augmentation }).at(0);
  const empty = (data: Float32Array) => {
    const size = data.length / 9;
    return Array.from({ length: 9 }, (_, i) =>
      data.subarray(i * size, (i + 1) * size).every((v) => v === 0),
    );
  };
  expect(empty(ms).filter(Boolean).length).toBe(3);
  expect(empty(lms)).toEqual(empty(ms));
  expect(empty(target)).toEqual(empty(ms));
});

test('patches with empty pixels are passed over', () => {
  const scene = madeScene({ height: 64, width: 192 });
  const mask = new Uint8Array(64 * 192).map((_, i) => (i % 192 < 128 ? 1 : 0));
  const marked = { ...scene, mask };
  marked.pan.data.forEach((_, i) => {
    if (mask[i] === 0) marked.pan.data[i] = -1;
  });
  const maker = batchMaker([marked], { ...plan, augmentation: NO_AUGMENTATION, batch: 16 });
  expect(Math.min(...maker.at(0).pan)).toBeGreaterThan(0);
});

test('scenes of other bands and ratio join where bands are drawn, with bases one after the other', () => {
  const mixed = [
    madeScene({ bands: 5 }),
    madeScene({ name: 'half', ratio: 2, bands: 2, height: 64, width: 64 }),
  ];
  const maker = batchMaker(mixed, {
    ...plan,
    batch: 12,
    drawBands: 2,
    augmentation: NO_AUGMENTATION,
    preparation: { ...PLAIN, base: 'exp+exp' },
  });
  const { ms, lms, target } = maker.at(0);
  const size = 32 * 32;
  expect([ms.length, target.length, lms.length]).toEqual([0, 24 * size, 48 * size]);
  const part = (from: Float32Array, at: number) => from.subarray(at * size, (at + 1) * size);
  const mean = (values: Float32Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
  for (let i = 0; i < 12; i++) {
    // Both bands of the first base, then both of the second, which is the same here.
    expect(part(lms, 4 * i)).toEqual(part(lms, 4 * i + 2));
    expect(part(lms, 4 * i + 1)).toEqual(part(lms, 4 * i + 3));
    for (const band of [0, 1]) {
      // Bands of a made scene differ by 40 of 2047 in their means.
      const [own, begun] = [mean(part(target, 2 * i + band)), mean(part(lms, 4 * i + band))];
      expect(Math.abs(own - begun)).toBeLessThan(10 / 2047);
    }
  }
  expect(new Set(target.filter((_, i) => i % size === 0)).size).toBeGreaterThan(12);
});
