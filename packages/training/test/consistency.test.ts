import { expect, test } from 'vitest';
import { blurRows } from '../src/consistency.js';

test.each([
  [0.3, 4],
  [0.15, 4],
  [0.35, 2],
])('the blur of gain %d at ratio %i lets that share of the Nyquist wave through', (gain, ratio) => {
  const side = 32 * ratio;
  const phase = Math.floor(ratio / 2);
  const rows = blurRows({ gain, ratio, phase, side });
  const middle = rows.subarray(16 * side, 17 * side);
  let sum = 0;
  let wave = 0;
  for (let y = 0; y < side; y++) {
    sum += middle[y];
    wave += middle[y] * Math.cos((Math.PI * (y - ratio * 16 - phase)) / ratio);
  }
  expect(sum).toBeCloseTo(1, 5);
  expect(wave).toBeCloseTo(gain, 3);
});
