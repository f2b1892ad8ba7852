import { expect, test } from 'vitest';
import { cutScene, dataHash, trainingScene } from '../../src/data/scene.js';
import { madeScene } from '../made-scene.js';

const raster = (bands: number, height: number, width: number) => ({
  bands,
  height,
  width,
  data: Float32Array.from({ length: bands * height * width }, (_, i) => i % 251),
});
const facts = { name: 'x', ratio: 4, gains: [0.3, 0.3], scale: 255 };

test('a scene is cut to multiples of the ratio', () => {
  const scene = trainingScene({ ...facts, pan: raster(1, 35, 39), reference: raster(2, 35, 39) });
  expect([scene.pan.height, scene.reference.width]).toEqual([32, 36]);
  expect(scene.reference.data[36]).toBe(39);
});

test('empty pixels take the mean of their band and are marked', () => {
  const reference = raster(2, 32, 32);
  reference.data.fill(7);
  reference.data[5] = Number.NaN;
  const scene = trainingScene({ ...facts, pan: raster(1, 32, 32), reference });
  expect(scene.reference.data[5]).toBe(7);
  expect([scene.mask?.[5], scene.mask?.[6]]).toEqual([0, 1]);
});

test.each([
  ['PAN of another size', { pan: raster(1, 36, 32) }, /expected PAN on the reference's/],
  ['a scene that is too small', { ratio: 8 }, /expected at least 64 pixels a side/],
])('%s is refused in one line', (_, change, message) => {
  const parts = { ...facts, pan: raster(1, 32, 32), reference: raster(2, 32, 32), ...change };
  expect(() => trainingScene(parts)).toThrow(message);
});

test('the hash of the data changes with a single pixel', () => {
  const first = dataHash([madeScene()]);
  const other = madeScene();
  other.reference.data[100] += 1;
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(dataHash([madeScene()])).toBe(first);
  expect(dataHash([other])).not.toBe(first);
});

test('a rectangle of a scene holds the pixels of that place', () => {
  const scene = madeScene();
  const part = cutScene(scene, { row: 8, col: 12, height: 32, width: 40 });
  const at = (r: typeof part.reference, b: number, y: number, x: number) =>
    r.data[(b * r.height + y) * r.width + x];
  expect(at(part.reference, 2, 3, 5)).toBe(at(scene.reference, 2, 11, 17));
});
