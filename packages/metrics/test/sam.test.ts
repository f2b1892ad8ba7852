import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SamAccumulator, sam } from '../src/sam.js';
import { change, cut, scene, tiny } from './scenes.js';

test('the angle between (1, 0) and (1, 1) is 45 degrees, between (1, 0) and (0, 1) 90', () => {
  const reference = tiny([2, 1, 2], 1, 1, 0, 0);
  const estimate = tiny([2, 1, 2], 1, 0, 1, 1);
  const map = new Float64Array(2);
  expect(sam(estimate, reference, { map })).toBeCloseTo(67.5, 12);
  expect(map).toBeAllclose([45, 90], { atol: 1e-12 });
});

test('scaling either image changes nothing', () => {
  const reference = scene(4, 12, 10);
  const estimate = scene(4, 12, 10, 7);
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (factor) => {
      const scaled = change(estimate, (value) => value * factor);
      expect(sam(scaled, reference)).toBeCloseTo(sam(estimate, reference), 9);
    }),
    { numRuns: 20 },
  );
});

test('zero, NaN and masked pixels are left out', () => {
  const reference = tiny([2, 1, 4], 1, 1, 1, 1, 0, 0, 0, 0);
  const estimate = tiny([2, 1, 4], 1, 0, Number.NaN, 0, 1, 0, 1, 1);
  expect(sam(estimate, reference, { mask: Uint8Array.of(1, 1, 1, 0) })).toBeCloseTo(45, 12);
  expect(sam(estimate, reference, { mask: Uint8Array.of(0, 1, 0, 0) })).toBeNaN();
});

test('windows give the value of the whole', () => {
  const reference = scene(3, 20, 30);
  const estimate = scene(3, 20, 30, 9);
  const parts = [new SamAccumulator(), new SamAccumulator()];
  for (const [i, window] of (
    [
      [0, 0, 20, 11],
      [0, 11, 7, 19],
      [7, 11, 13, 19],
    ] as const
  ).entries()) {
    parts[i % 2].add(cut(estimate, window), cut(reference, window));
  }
  expect(parts[0].merge(parts[1]).value()).toBeCloseTo(sam(estimate, reference), 12);
});
