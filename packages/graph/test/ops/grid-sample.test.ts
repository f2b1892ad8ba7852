import { expect, test } from 'vitest';
import { input, type Tensor } from '../../src/core/tensor.js';
import { tanh } from '../../src/ops/elementwise.js';
import { type GridSampleOptions, gridSample } from '../../src/ops/grid-sample.js';
import { transpose } from '../../src/ops/layout.js';
import { resize } from '../../src/ops/resize.js';
import { apply, checkGradient, normals } from '../support/evaluate.js';

const [batch, channels, height, width] = [2, 2, 4, 5];
const x = { shape: [batch, channels, height, width], values: normals(80, 1) };
const grid = { shape: [batch, 3, 3, 2], values: normals(36, 2).map((v) => 0.8 * v) };

/** One position after the other. */
function reference({ mode, padding, align }: Required<GridSampleOptions>): number[] {
  const y: number[] = [];
  const unit = (g: number, n: number) => {
    const p = align === 'corners' ? ((g + 1) / 2) * (n - 1) : ((g + 1) * n - 1) / 2;
    return padding === 'border' ? Math.min(Math.max(p, 0), n - 1) : p;
  };
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      const at = (i: number, j: number) =>
        i >= 0 && i < height && j >= 0 && j < width
          ? x.values[((b * channels + c) * height + i) * width + j]
          : 0;
      for (let s = 0; s < 9; s++) {
        const px = unit(grid.values[(b * 9 + s) * 2], width);
        const py = unit(grid.values[(b * 9 + s) * 2 + 1], height);
        const [j, i] = [Math.floor(px), Math.floor(py)];
        const [u, v] = [px - j, py - i];
        if (mode === 'nearest') y.push(at(Math.round(py), Math.round(px)));
        else {
          const top = (1 - u) * at(i, j) + u * at(i, j + 1);
          const bottom = (1 - u) * at(i + 1, j) + u * at(i + 1, j + 1);
          y.push((1 - v) * top + v * bottom);
        }
      }
    }
  }
  return y;
}

const variants = (['bilinear', 'nearest'] as const).flatMap((mode) =>
  (['zeros', 'border'] as const).flatMap((padding) =>
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
