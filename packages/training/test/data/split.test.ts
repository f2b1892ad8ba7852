import { expect, test } from 'vitest';
import { trainingScene } from '../../src/data/scene.js';
import { splitByPlace } from '../../src/data/split.js';

/** Every pixel holds its own place, so that parts can be told apart. */
function numbered(height: number, width: number) {
  const data = Float32Array.from({ length: height * width }, (_, i) => i);
  const raster = { bands: 1, height, width, data };
  const facts = { name: 'numbered', ratio: 4, gains: [0.3], scale: 1 };
  return trainingScene({ ...facts, pan: raster, reference: raster });
}

test.each([
  [64, 160],
  [160, 64],
  [300, 420],
])('of %i x %i pixels every one is on one side of the split', (height, width) => {
  const options = { share: 0.2, side: 128, seed: 3, step: 4 };
  const { training, validation } = splitByPlace([numbered(height, width)], options);
  const seen = new Uint8Array(height * width);
  for (const { reference } of [...training, ...validation]) {
    for (const value of reference.data) seen[value] += 1;
  }
  const usable = Math.floor(height / 4) * Math.floor(width / 4) * 16;
  expect(seen.every((count) => count <= 1)).toBe(true);
  expect(seen.reduce((a, b) => a + b, 0)).toBe(usable);
  const held = validation.reduce((sum, { pan }) => sum + pan.height * pan.width, 0);
  expect(held / usable).toBeGreaterThan(0.08);
  expect(held / usable).toBeLessThan(0.35);
  for (const { pan } of [...training, ...validation]) {
    expect([pan.height % 4, pan.width % 4]).toEqual([0, 0]);
  }
});

test('a share of nothing trains on all of it', () => {
  const options = { share: 0, side: 128, seed: 3, step: 4 };
  const { training, validation } = splitByPlace([numbered(64, 64)], options);
  expect([training.length, validation.length]).toEqual([1, 0]);
});
