import { expect, test } from 'vitest';
import { imresize } from '../src/imresize.js';
import { noise } from './noise.js';

const line = { bands: 1, height: 1, width: 4, data: Float64Array.of(0, 4, 8, 20) };

test('halving by nearest takes the later of two equally near samples', () => {
  const { data, width } = imresize(line, { height: 1, width: 2, method: 'nearest' });
  expect([width, ...data]).toEqual([2, 4, 20]);
});

test('halving by bilinear averages with the widened triangle [1 3 3 1]/8 and a mirrored border', () => {
  const { data } = imresize(line, { height: 1, width: 2, method: 'bilinear' });
  expect(data).toBeAllclose([(0 + 0 + 12 + 8) / 8, (4 + 24 + 60 + 20) / 8], { atol: 1e-12 });
});

test('doubling by bicubic uses the weights of Keys at quarter positions', () => {
  const { data } = imresize(line, { height: 1, width: 8 });
  // Output 3 lies at 1.25; at distances 1.25 and .25, .75 and 1.75 the weights are these.
  const expected = -0.0703125 * 0 + 0.8671875 * 4 + 0.2265625 * 8 - 0.0234375 * 20;
  expect(data[3]).toBeCloseTo(expected, 12);
});

test.each(['bicubic', 'bilinear', 'nearest'] as const)(
  'a constant stays constant (%s)',
  (method) => {
    const flat = { bands: 1, height: 12, width: 10, data: new Float64Array(120).fill(7) };
    for (const scale of [0.3, 0.5, 1.7]) {
      const { data } = imresize(flat, { scale, method });
      expect(data).toBeAllclose(new Array(data.length).fill(7), { atol: 1e-12 });
    }
  },
);

test("Octave's flavour differs only where the factor is not whole", () => {
  const image = noise(1, 24, 24);
  const both = (scale: number) =>
    (['matlab', 'octave'] as const).map((flavour) => imresize(image, { scale, flavour }).data);
  const [a, b] = both(0.25);
  expect(a).toBeAllclose(b, { atol: 1e-9 });
  const [c, d] = both(0.7);
  expect(c).not.toBeAllclose(d, { atol: 0.1 });
});

test('sizes are rounded up', () => {
  const { height, width } = imresize(noise(1, 10, 9), { scale: 0.25 });
  expect([height, width]).toEqual([3, 3]);
});
