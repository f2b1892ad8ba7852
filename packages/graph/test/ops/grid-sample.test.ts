import { expect, test } from 'vitest';
import { input, type Tensor } from '../../src/core/tensor.js';
import { tanh } from '../../src/ops/elementwise.js';
import { type GridSampleOptions, gridSample } from '../../src/ops/grid-sample.js';
import { transpose } from '../../src/ops/layout.js';
import { resize } from '../../src/ops/resize.js';
import { apply, checkGradient, normals } from '../support/evaluate.js';

const [batch, channels, height, width] = [2, 2, 4, 5];
const x = { shape: [batch, channels, height, width], values: normals(80, 1) };
/** Some lie outside the image, a few by more than its size. */
const grid = { shape: [batch, 3, 3, 2], values: normals(36, 2).map((v) => 1.2 * v) };

/** Back and forth between the ends, a step at a time. */
function mirrored(p: number, low: number, high: number): number {
  if (low === high) return low;
  let at = p;
  while (at < low || at > high) at = at < low ? 2 * low - at : 2 * high - at;
  return at;
}

/** One position after the other. */
function reference({ mode, padding, align }: Required<GridSampleOptions>): number[] {
  const y: number[] = [];
  const clip = (p: number, n: number) => Math.min(Math.max(p, 0), n - 1);
  const lead = (p: number, n: number) => {
    if (padding === 'border') return clip(p, n);
    if (padding === 'zeros') return p;
    return clip(align === 'corners' ? mirrored(p, 0, n - 1) : mirrored(p, -0.5, n - 0.5), n);
  };
  const unit = (g: number, n: number) => {
    const p = align === 'corners' ? ((g + 1) / 2) * (n - 1) : ((g + 1) * n - 1) / 2;
    return mode === 'bicubic' ? p : lead(p, n);
  };
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      const at = (row: number, column: number) => {
        const [i, j] = [Math.round(lead(row, height)), Math.round(lead(column, width))];
        return i >= 0 && i < height && j >= 0 && j < width
          ? x.values[((b * channels + c) * height + i) * width + j]
          : 0;
      };
      for (let s = 0; s < 9; s++) {
        const px = unit(grid.values[(b * 9 + s) * 2], width);
        const py = unit(grid.values[(b * 9 + s) * 2 + 1], height);
        const [j, i] = [Math.floor(px), Math.floor(py)];
        const [u, v] = [px - j, py - i];
        if (mode === 'nearest') y.push(at(Math.round(py), Math.round(px)));
        else if (mode === 'bicubic') {
          let total = 0;
          for (let di = -1; di < 3; di++) {
            for (let dj = -1; dj < 3; dj++) {
              total += kernel(v - di) * kernel(u - dj) * at(i + di, j + dj);
            }
          }
          y.push(total);
        } else {
          const top = (1 - u) * at(i, j) + u * at(i, j + 1);
          const bottom = (1 - u) * at(i + 1, j) + u * at(i + 1, j + 1);
          y.push((1 - v) * top + v * bottom);
        }
      }
    }
  }
  return y;
}

/** The cubic kernel of coefficient -0.75 by powers. */
function kernel(distance: number): number {
  const t = Math.abs(distance);
  if (t >= 2) return 0;
  return t <= 1 ? 1.25 * t ** 3 - 2.25 * t ** 2 + 1 : -0.75 * t ** 3 + 3.75 * t ** 2 - 6 * t + 3;
}

const variants = (['bilinear', 'bicubic', 'nearest'] as const).flatMap((mode) =>
  (['zeros', 'border', 'reflection'] as const).flatMap((padding) =>
    (['half-pixel', 'corners'] as const).map((align) => ({ mode, padding, align })),
  ),
);

test.each(variants)('sampling %j has the values of its definition', async (options) => {
  const y = await apply((t, at) => gridSample(t, at, options), [x, grid]);
  expect(y).toBeAllclose(reference(options), { rtol: 1e-4, atol: 1e-5 });
});

test.each(variants)('sampling %j has right gradients for image and grid', async (options) => {
  await checkGradient((t, at) => gridSample(t, at, options), [x, grid], {
    step: 1e-6,
    rtol: 1e-5,
    atol: 1e-7,
  });
});

test('a grid that is computed from the image adds its share to the gradient', async () => {
  const twice = (t: Tensor) => gridSample(t, tanh(transpose(t, [0, 2, 3, 1])));
  await checkGradient(twice, [{ shape: [1, 2, 3, 4] }], { step: 1e-6, rtol: 1e-5, atol: 1e-7 });
});

test('a regular grid resizes', async () => {
  const size = [3, 7] as const;
  const at = Array.from({ length: 21 }, (_, s) => [
    (2 * (s % 7)) / 6 - 1,
    (2 * Math.floor(s / 7)) / 2 - 1,
  ]).flat();
  const image = { shape: [1, 1, 4, 5], values: normals(20, 3) };
  const sampled = await apply(
    (t, g) => gridSample(t, g, { align: 'corners' }),
    [image, { shape: [1, ...size, 2], values: at }],
  );
  const resized = await apply((t) => resize(t, { size, align: 'corners' }), [image]);
  expect(sampled).toBeAllclose(resized, { atol: 1e-5 });
});

test('grids that do not fit are refused', () => {
  expect(() => gridSample(input('x', [1, 3, 4, 4]), input('g', [2, 4, 4, 2]))).toThrow(
    'gridSample: expected x [batch,channels,height,width] and grid [batch,h,w,2] of one type, got float32[1,3,4,4] and float32[2,4,4,2].',
  );
});
