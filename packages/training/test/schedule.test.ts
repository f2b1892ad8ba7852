import { DEFAULT_RECIPE } from '@bandweave/models';
import { expect, test } from 'vitest';
import { scheduleOf } from '../src/schedule.js';

test('a shorter run goes through the same curve in its time', () => {
  const recipe = {
    ...DEFAULT_RECIPE,
    lr: 1,
    epochs: 500,
    schedule: { kind: 'step', every: 200, factor: 0.5 } as const,
  };
  const at = scheduleOf(recipe, { steps: 100 });
  expect([0, 39, 40, 80, 99].map(at)).toEqual([1, 1, 0.5, 0.25, 0.25]);
});

test('warming up rises in a straight line', () => {
  const recipe = { ...DEFAULT_RECIPE, lr: 2, epochs: 10, warmUp: 2 };
  const at = scheduleOf(recipe, { steps: 50 });
  expect([0, 5, 10, 20].map(at)).toBeAllclose([0, 1, 2, 2], { atol: 1e-12 });
});
