import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resamplePlane } from '../src/axis.js';
import { InputError } from '../src/errors.js';
import { interp23Axis, interp23Map, interp23tap } from '../src/interp23.js';
import { cutPlane, noise } from './noise.js';

test.each([2, 4, 8])('samples keep their values at ratio*k + ratio/2 (ratio %i)', (ratio) => {
  const image = noise(2, 7, 9);
  const { data, width, height } = interp23tap(image, ratio);
  expect([height, width]).toEqual([7 * ratio, 9 * ratio]);
  const kept: number[] = [];
  for (let band = 0; band < 2; band++) {
    for (let y = 0; y < 7; y++) {
      for (let x = 0; x < 9; x++) {
        const at = (band * height + ratio * y + ratio / 2) * width + ratio * x + ratio / 2;
        kept.push(data[at]);
      }
    }
  }
  expect(kept).toBeAllclose(image.data, { atol: 1e-9 });
});

test('halfway between two samples stand the published coefficients', () => {
  const data = new Float64Array(32);
  data[15] = 1;
  const { weights, taps, starts, counts } = interp23Axis(32, 2);
  const line = Array.from({ length: 64 }, (_, output) => {
    let sum = 0;
    for (let t = 0; t < counts[output]; t++) {
      sum += weights[output * taps + t] * data[(starts[output] + t + 32) % 32];
    }
    return sum;
  });
  const side = [0.61066818237, 0, -0.145397186478, 0, 0.043619155884, 0, -0.010385513306];
  expect(line.slice(31, 39)).toBeAllclose([1, ...side], { atol: 1e-15 });
  expect(line.slice(24, 31).reverse()).toBeAllclose(side, { atol: 1e-15 });
});

test('a window of outputs equals the same window of the whole, borders included', () => {
  const image = noise(1, 30, 40);
  const whole = interp23tap(image, 4);
  fc.assert(
    fc.property(
      fc.record({
        row: fc.integer({ min: 0, max: 119 }),
        col: fc.integer({ min: 0, max: 159 }),
        size: fc.integer({ min: 1, max: 50 }),
      }),
      ({ row, col, size }) => {
        const height = Math.min(size, 120 - row);
        const width = Math.min(size, 160 - col);
        const part = resamplePlane(image, {
          rows: interp23Axis(30, 4, { first: row, length: height }),
          cols: interp23Axis(40, 4, { first: col, length: width }),
        });
        const expected = cutPlane(whole, [row, col, height, width]);
        expect(part).toEqual(expected.data);
      },
    ),
    { numRuns: 30 },
  );
});

test('an inner window reads only its margin', () => {
  const image = noise(1, 60, 60);
  const rows = interp23Axis(60, 4, { first: 100, length: 20 });
  const whole = resamplePlane(image, { rows, cols: rows });
  const margin = cutPlane(image, [16, 16, 23, 23]);
  expect(resamplePlane(margin, { rows, cols: rows })).toEqual(whole);
  const narrow = cutPlane(image, [24, 24, 8, 8]);
  expect(() => resamplePlane(narrow, { rows, cols: rows })).toThrow(RangeError);
});

test.each([0, 1, 3, 6, 2.5])('ratio %d is refused', (ratio) => {
  expect(() => interp23Axis(10, ratio)).toThrow(InputError);
});

test('the map holds the same weights as the axis', () => {
  const axis = interp23Axis(9, 4);
  const map = interp23Map(9, 4);
  for (let o = 0; o < 36; o++) {
    const skipped = axis.starts[o] - map.first[o];
    const row = map.weights.subarray(o * map.taps, (o + 1) * map.taps);
    const kept = axis.weights.subarray(o * axis.taps, o * axis.taps + axis.counts[o]);
    expect(row.subarray(skipped, skipped + axis.counts[o])).toEqual(kept);
    expect(row.filter((w) => w !== 0).length).toBe(kept.filter((w) => w !== 0).length);
  }
});
