import { expect, test } from 'vitest';
import { mtfFilterAt, mtfFilterMany, mtfKernel } from '../src/index.js';

test('several kernels at once give what each gives alone', () => {
  const height = 70;
  const width = 75;
  const data = Float64Array.from({ length: height * width }, (_, i) => (i * 7919) % 2048);
  const kernels = [0.34, 0.32, 0.3, 0.22, 0.15].map((gain) =>
    mtfKernel({ gain, ratio: 4, precision: 1e-13 }),
  );
  const plane = { data, height, width, row: -3, col: 5 };
  const rows = { size: height, first: 20, step: 4, length: 5 };
  const cols = { size: width, first: 27, step: 3, length: 9 };
  const together = mtfFilterMany(plane, kernels, { rows, cols });
  kernels.forEach((kernel, k) => {
    const local = { ...plane, row: 0, col: 0 };
    const alone = mtfFilterAt(local, kernel, {
      rows: { ...rows, first: rows.first + 3 },
      cols: { ...cols, first: cols.first - 5 },
    });
    expect(together[k]).toBeAllclose(alone, { rtol: 1e-11 });
  });
});

test('one kernel alone gives the same, whatever the number of outputs', () => {
  const side = 64;
  const data = Float64Array.from({ length: side * side }, (_, i) => (i * 7919) % 2048);
  const plane = { data, height: side, width: side };
  const kernel = mtfKernel({ gain: 0.22, ratio: 4, precision: 1e-13 });
  for (const length of [1, 3, 4, 6, 8]) {
    const rows = { size: side, first: 21, step: 2, length: 3 };
    const cols = { size: side, first: 20, step: 3, length };
    const [alone] = mtfFilterMany(plane, [kernel], { rows, cols });
    expect(alone).toBeAllclose(mtfFilterAt(plane, kernel, { rows, cols }), { rtol: 1e-11 });
  }
});
