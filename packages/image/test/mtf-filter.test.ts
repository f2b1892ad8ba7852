import { expect, test } from 'vitest';
import { mtfDecimate, mtfFilter, mtfFilterAt } from '../src/mtf-filter.js';
import { mtfKernel } from '../src/mtf-kernel.js';
import { cutPlane, noise } from './noise.js';

const kernel = mtfKernel({ gain: 0.3, ratio: 4 });

test('filtering is the correlation with the kernel over a replicated border', () => {
  const image = noise(1, 13, 17);
  const { taps, weights } = kernel;
  const half = (taps - 1) / 2;
  const clamp = (i: number, size: number) => Math.min(Math.max(i, 0), size - 1);
  const direct = new Float64Array(13 * 17);
  for (let y = 0; y < 13; y++) {
    for (let x = 0; x < 17; x++) {
      for (let v = -half; v <= half; v++) {
        for (let u = -half; u <= half; u++) {
          direct[y * 17 + x] +=
            weights[(v + half) * taps + u + half] *
            image.data[clamp(y + v, 13) * 17 + clamp(x + u, 17)];
        }
      }
    }
  }
  expect(mtfFilter(image, kernel).data).toBeAllclose(direct, { atol: 1e-8 });
});

test('decimation keeps exactly the filtered values at its phase', () => {
  const image = noise(2, 24, 36);
  const whole = mtfFilter(image, [kernel, kernel]);
  const kept = mtfDecimate(image, kernel, { ratio: 4 });
  expect([kept.height, kept.width]).toEqual([6, 9]);
  const expected: number[] = [];
  for (let band = 0; band < 2; band++) {
    for (let y = 2; y < 24; y += 4) {
      for (let x = 2; x < 36; x += 4) expected.push(whole.data[(band * 24 + y) * 36 + x]);
    }
  }
  expect(kept.data).toBeAllclose(expected, { atol: 1e-9 });
});

test('a window with its margin gives the same bits as the whole band', () => {
  const image = noise(1, 90, 600);
  const all = (size: number) => ({ size, first: 0, step: 1, length: size });
  const whole = mtfFilterAt(image, kernel, { rows: all(90), cols: all(600) });
  const plane = cutPlane(image, [10, 500, 70, 100]);
  const part = mtfFilterAt(plane, kernel, {
    rows: { size: 90, first: 30, step: 1, length: 30 },
    cols: { size: 600, first: 520, step: 1, length: 80 },
  });
  for (let y = 0; y < 30; y++) {
    expect(part.subarray(y * 80, (y + 1) * 80)).toEqual(
      whole.subarray((30 + y) * 600 + 520, (30 + y) * 600 + 600),
    );
  }
});

test('a window that is too narrow is an error, not a guess', () => {
  const plane = cutPlane(noise(1, 90, 90), [30, 30, 30, 30]);
  const inside = { size: 90, first: 40, step: 1, length: 5 };
  expect(() => mtfFilterAt(plane, kernel, { rows: inside, cols: inside })).toThrow(RangeError);
});
