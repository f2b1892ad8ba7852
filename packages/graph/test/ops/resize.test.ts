import fc from 'fast-check';
import { expect, test } from 'vitest';
import { input } from '../../src/core/tensor.js';
import { type ResizeOptions, resize } from '../../src/ops/resize.js';
import { checkAdjoint } from '../support/adjoint.js';
import { apply, normals } from '../support/evaluate.js';

type Sampler = (row: readonly number[], i: number, to: number) => number;

/** Pixel-by-pixel interpolation of a row by name, written without matrices. */
function sampler({ mode, align, antialias, coefficient: a = -0.75 }: ResizeOptions): Sampler {
  const at = (row: readonly number[], j: number) => row[Math.max(0, Math.min(row.length - 1, j))];
  const position = (n: number, i: number, to: number) =>
    align === 'corners' ? (i * (n - 1)) / Math.max(1, to - 1) : ((i + 0.5) * n) / to - 0.5;
  if (mode === 'nearest') return (row, i, to) => row[Math.floor((i * row.length) / to)];
  if (antialias) {
    const kernel = (t: number) => (mode === 'bilinear' ? Math.max(0, 1 - t) : keys(t, -0.5));
    return (row, i, to) => {
      const scale = Math.max(1, row.length / to);
      const weights = row.map((_, j) => kernel(Math.abs(j - position(row.length, i, to)) / scale));
      return row.reduce((s, v, j) => s + v * weights[j], 0) / weights.reduce((p, q) => p + q);
    };
  }
  return (row, i, to) => {
    const p = position(row.length, i, to);
    const base = Math.floor(p);
    const f = p - base;
    if (mode === 'bilinear') return (1 - f) * at(row, base) + f * at(row, base + 1);
    return [-1, 0, 1, 2].reduce((s, o) => s + keys(Math.abs(f - o), a) * at(row, base + o), 0);
  };
}

/** Keys' cubic kernel by powers. */
function keys(t: number, a: number): number {
  if (t >= 2) return 0;
  return t <= 1
    ? (a + 2) * t ** 3 - (a + 3) * t ** 2 + 1
    : a * t ** 3 - 5 * a * t ** 2 + 8 * a * t - 4 * a;
}

function reference(image: number[][], options: ResizeOptions): number[] {
  const sample = sampler(options);
  const [height, width] = options.size;
  const wide = image.map((row) => Array.from({ length: width }, (_, i) => sample(row, i, width)));
  return Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (_, j) =>
      sample(
        wide.map((row) => row[j]),
        i,
        height,
      ),
    ),
  ).flat();
}

const variants: Omit<ResizeOptions, 'size'>[] = [
  { mode: 'nearest' },
  { mode: 'bilinear' },
  { mode: 'bilinear', align: 'corners' },
  { mode: 'bilinear', antialias: true },
  { mode: 'bicubic' },
  { mode: 'bicubic', coefficient: -0.5 },
  { mode: 'bicubic', align: 'corners' },
  { mode: 'bicubic', antialias: true },
];

test.each(variants)('resize %j has the values of its definition at any size', async (variant) => {
  const size = fc.integer({ min: 1, max: 12 });
  await fc.assert(
    fc.asyncProperty(size, size, size, size, async (h, w, height, width) => {
      const values = normals(h * w, 1);
      const image = Array.from({ length: h }, (_, i) => values.slice(i * w, (i + 1) * w));
      const options: ResizeOptions = { ...variant, size: [height, width] };
      const y = await apply((x) => resize(x, options), [{ shape: [1, 1, h, w], values }]);
      expect(y).toBeAllclose(reference(image, options), { rtol: 1e-4, atol: 1e-5 });
    }),
    { numRuns: 20 },
  );
});

test.each(variants)('resize %j is adjoint to its gradient', async (variant) => {
  for (const size of [
    [10, 12],
    [3, 2],
    [5, 3],
    [8, 3],
    [5, 7],
  ] as const) {
    await checkAdjoint((x) => resize(x, { ...variant, size }), [2, 1, 5, 6]);
    await checkAdjoint((x) => resize(x, { ...variant, size }), [2, 5, 6], { dtype: 'float32' });
  }
});

test('constant images stay constant', async () => {
  for (const variant of variants) {
    const y = await apply(
      (x) => resize(x, { ...variant, size: [9, 4] }),
      [{ shape: [1, 2, 6, 5], values: new Array(60).fill(3) }],
    );
    expect(y).toBeAllclose(new Array(72).fill(3), { atol: 1e-5 });
  }
});

test('options that exclude each other are refused', () => {
  const x = input('x', [1, 3, 8, 8]);
  const size = [4, 4] as const;
  expect(() => resize(x, { size, mode: 'nearest', align: 'corners' })).toThrow(
    'resize: expected nearest without align or antialias, got corners.',
  );
  expect(() => resize(x, { size, align: 'corners', antialias: true })).toThrow(
    'resize: expected antialias with align half-pixel, got corners.',
  );
  expect(() => resize(x, { size: [0, 4] })).toThrow(
    'a size of two whole numbers from 1, got [0,4]',
  );
  expect(() => resize(input('v', [3]), { size })).toThrow('resize: expected [...,height,width]');
});
