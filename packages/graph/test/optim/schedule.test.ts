import { expect, test } from 'vitest';
import {
  constantSchedule,
  cosineRestarts,
  cosineSchedule,
  perEpoch,
  stepSchedule,
  warmUp,
} from '../../src/optim/index.js';

test('restarts begin lower each time, but never below the least rate', () => {
  const schedule = cosineRestarts(0.8, { first: 4, decay: 0.5, min: 0.15 });
  expect([0, 4, 8, 12, 40].map(schedule)).toBeAllclose([0.8, 0.4, 0.2, 0.15, 0.15], {
    rtol: 1e-12,
  });
  expect(schedule(6)).toBeCloseTo((0.4 + 0.15) / 2, 12);
});

test('a growing cycle restarts where the lengths add up', () => {
  const schedule = cosineRestarts(1, { first: 2, multiply: 3 });
  expect([0, 2, 8, 26].map(schedule)).toEqual([1, 1, 1, 1]);
  expect(schedule(25)).toBeCloseTo((1 + Math.cos((Math.PI * 17) / 18)) / 2, 12);
});

test('after its end a cosine stays at the least rate', () => {
  expect(cosineSchedule(1, { steps: 10, min: 0.1 })(25)).toBeCloseTo(0.1, 12);
});

test('warm-up multiplies any schedule, and epochs count steps in groups', () => {
  const warm = warmUp(stepSchedule(1, { every: 2 }), { steps: 4 });
  expect([0, 1, 2, 3, 4].map(warm)).toBeAllclose([0, 0.25, 0.05, 0.075, 0.01], { rtol: 1e-12 });
  const epochs = perEpoch(stepSchedule(1, { every: 1, factor: 0.5 }), 3);
  expect([0, 2, 3, 5, 6].map(epochs)).toEqual([1, 1, 0.5, 0.5, 0.25]);
  expect(constantSchedule(0.3)(99)).toBe(0.3);
});

test('lengths below one step are refused', () => {
  expect(() => cosineSchedule(1, { steps: 0 })).toThrow('expected steps of 1 or more, got 0');
  expect(() => cosineRestarts(1, { first: 2, multiply: 0.5 })).toThrow('expected multiply of 1');
});
