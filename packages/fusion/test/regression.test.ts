import { describe, expect, test } from 'vitest';
import { findMethod, fuseArrays } from '../src/index.js';
import { boundedModel, freeModel } from '../src/regression/detail-model.js';
import { nonNegative } from '../src/statistics/non-negative.js';

describe('non-negative least squares', () => {
  test('is plain least squares where that is positive', () => {
    const matrix = Float64Array.of(2, 0.5, 0.5, 1);
    // A (1, 2) = (3, 2.5)
    expect(nonNegative(matrix, Float64Array.of(3, 2.5))).toBeAllclose([1, 2], { rtol: 1e-12 });
  });

  test('sets to 0 what would be negative and fits the rest alone', () => {
    const matrix = Float64Array.of(2, 1, 1, 1);
    // Free: x = (2, -1); with x1 = 0: x0 = 3 / 2.
    expect(nonNegative(matrix, Float64Array.of(3, 1))).toBeAllclose([1.5, 0], { rtol: 1e-12 });
  });

  test('meets the conditions of Karush, Kuhn and Tucker on random systems', () => {
    let seed = 7;
    const next = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed / 0x7fffffff - 0.5;
    };
    for (let round = 0; round < 50; round++) {
      const size = 2 + (round % 6);
      const rows = Array.from({ length: size + 5 }, () => Array.from({ length: size }, next));
      const wanted = rows.map(next);
      const matrix = new Float64Array(size * size);
      const right = new Float64Array(size);
      rows.forEach((row, r) => {
        row.forEach((a, i) => {
          right[i] += a * wanted[r];
          row.forEach((b, j) => {
            matrix[i * size + j] += a * b;
          });
        });
      });
      const x = nonNegative(matrix, right);
      for (let i = 0; i < size; i++) {
        let slope = right[i];
        for (let j = 0; j < size; j++) slope -= matrix[i * size + j] * x[j];
        expect(x[i]).toBeGreaterThanOrEqual(0);
        expect(slope).toBeLessThan(1e-9);
        if (x[i] > 0) expect(Math.abs(slope)).toBeLessThan(1e-9);
      }
    }
  });
});

test('the constrained model takes nothing from PAN and adds nothing of the bands', () => {
  const equations = {
    count: 10,
    left: Float64Array.of(2, 1, 1, 2),
    right: [Float64Array.of(1, -1)],
  };
  expect(freeModel(equations)).toBeAllclose([1, -1], { rtol: 1e-12 });
  expect(boundedModel(equations)).toEqual([0, 0]);
});

/** PAN that is the mean of two bands, one of which has a stripe that the other lacks. */
function stripes(side: number) {
  const fine = 4 * side;
  const at = (k: number, y: number, x: number) =>
    400 + 50 * k + 60 * Math.sin((y + 3 * k) / 5) + 50 * Math.cos((x * (1 + k)) / 6);
  const pan = new Float64Array(fine * fine);
  const ms = new Float64Array(2 * side * side);
  for (let y = 0; y < fine; y++) {
    for (let x = 0; x < fine; x++) {
      for (let k = 0; k < 2; k++) {
        pan[y * fine + x] += at(k, y, x) / 2;
        ms[(k * side + (y >> 2)) * side + (x >> 2)] += at(k, y, x) / 16;
      }
    }
  }
  return {
    pan: { bands: 1, height: fine, width: fine, data: pan },
    ms: { bands: 2, height: side, width: side, data: ms },
  };
}

describe('bdsd in blocks', () => {
  test('is the model of the scene where one block holds it', () => {
    const pair = stripes(24);
    const whole = fuseArrays(pair, findMethod('bdsd'));
    const block = fuseArrays(pair, findMethod('bdsd'), { block: 96 });
    expect(block.data).toBeAllclose(whole.data, { rtol: 1e-9 });
  });

  test('has no steps between blocks unless as released', () => {
    const pair = stripes(32);
    /** How much more neighbours differ across the edges of blocks than within. */
    const step = (mode: 'mended' | 'released') => {
      const whole = fuseArrays(pair, findMethod('bdsd'), { mode }).data;
      const { data } = fuseArrays(pair, findMethod('bdsd'), { mode, block: 32 });
      let most = 0;
      for (let y = 0; y < 128; y++) {
        for (let x = 32; x < 128; x += 32) {
          const p = y * 128 + x;
          most = Math.max(most, Math.abs(data[p] - whole[p] - (data[p - 1] - whole[p - 1])));
        }
      }
      return most;
    };
    expect(step('mended')).toBeLessThan(0.25 * step('released'));
  });
});
