import { expect, test } from 'vitest';
import { atrousDecimate, atrousFilter } from '../src/atrous.js';
import { noise } from './noise.js';

test('an impulse spreads into binomial coefficients: [1 4 6 4 1]/16 four times for ratio 4', () => {
  const size = 41;
  const data = new Float64Array(size * size);
  data[20 * size + 20] = 1;
  const { data: out } = atrousFilter({ bands: 1, height: size, width: size, data }, 4);
  const binomial = [1];
  for (let n = 0; n < 16; n++)
    for (let k = n + 1; k > 0; k--) binomial[k] = (binomial[k] ?? 0) + binomial[k - 1];
  const row = binomial.map((c) => (c / 65536) * (binomial[8] / 65536));
  expect(out.subarray(20 * size + 12, 20 * size + 29)).toBeAllclose(row, { atol: 1e-15 });
});

test('a constant stays constant up to the border, also in images smaller than the filter', () => {
  for (const size of [3, 9, 30]) {
    const flat = {
      bands: 1,
      height: size,
      width: size,
      data: new Float64Array(size * size).fill(5),
    };
    const { data } = atrousFilter(flat, 4);
    expect(data).toBeAllclose(new Array(size * size).fill(5), { atol: 1e-12 });
  }
});

test('the decimated form keeps every ratio-th sample from ratio/2 on', () => {
  const image = noise(1, 16, 24);
  const whole = atrousFilter(image, 4);
  const { data, height, width } = atrousDecimate(image, 4);
  expect([height, width]).toEqual([4, 6]);
  const expected = [];
  for (let y = 2; y < 16; y += 4)
    for (let x = 2; x < 24; x += 4) expected.push(whole.data[y * 24 + x]);
  expect(data).toBeAllclose(expected, { atol: 1e-9 });
});
