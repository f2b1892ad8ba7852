import { expect, test } from 'vitest';
import { enlargeMs } from '../src/index.js';

test.each([2, 3, 4, 6])('keeps each sample at i * %i + half of it', (ratio) => {
  const data = Float32Array.from({ length: 2 * 12 * 10 }, (_, i) => ((i * 7919) % 101) / 101);
  const { height, width, data: out } = enlargeMs({ bands: 2, height: 12, width: 10, data }, ratio);
  expect([height, width]).toEqual([12 * ratio, 10 * ratio]);
  const at = Math.floor(ratio / 2);
  const kept = Float32Array.from(data, (_, i) => {
    const [band, row, col] = [Math.floor(i / 120), Math.floor(i / 10) % 12, i % 10];
    return out[(band * height + row * ratio + at) * width + col * ratio + at];
  });
  expect(kept).toBeAllclose(data, { atol: 1e-6 });
});
