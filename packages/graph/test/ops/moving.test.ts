import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constant, input } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import * as ops from '../../src/ops/index.js';
import { createSession } from '../../src/session/session.js';
import { checkAdjoint } from '../support/adjoint.js';
import { apply, checkGradient, evaluate, normals } from '../support/evaluate.js';

const row = { shape: [1, 4], values: [1, 2, 3, 4] };

test.each([
  ['zeros', [0, 0, 1, 2, 3, 4, 0, 0, 0]],
  ['reflect', [3, 2, 1, 2, 3, 4, 3, 2, 1]],
  ['replicate', [1, 1, 1, 2, 3, 4, 4, 4, 4]],
  ['circular', [3, 4, 1, 2, 3, 4, 1, 2, 3]],
] as const)('padding by %s puts the right values outside', async (mode, expected) => {
  const y = await apply((x) => ops.pad(x, [{ axis: 1, before: 2, after: 3 }], { mode }), [row]);
  expect(y).toEqual(expected);
});

test('padding in any mode and amount is adjoint to its gradient', async () => {
  const modes = fc.constantFrom<ops.PadMode>('zeros', 'reflect', 'replicate', 'circular');
  const amounts = fc.array(fc.nat(3), { minLength: 4, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(modes, amounts, async (mode, [top, bottom, left, right]) => {
      await checkAdjoint((x) => ops.pad2d(x, [top, bottom, left, right], { mode }), [2, 4, 5]);
    }),
    { numRuns: 25 },
  );
});

test('pads that reach beyond the mirror are refused', () => {
  const x = input('x', [2, 4]);
  const by = (axis: number, before: number, mode: ops.PadMode) => () =>
    ops.pad(x, [{ axis, before }], { mode });
  expect(by(1, 4, 'reflect')).toThrow(
    'pad: expected pads from 0 to 3 on axis 1 of 4 by reflect, got 4.',
  );
  expect(by(1, 5, 'circular')).toThrow('pads from 0 to 4');
  expect(by(0, -1, 'replicate')).toThrow('got -1');
  expect(by(2, 1, 'reflect')).toThrow('pad: expected an axis in [-2, 1], got 2.');
});

test('roll moves cyclically, by any amount, and back', async () => {
  expect(await apply((x) => ops.roll(x, [{ axis: 1, by: 1 }]), [row])).toEqual([4, 1, 2, 3]);
  expect(await apply((x) => ops.roll(x, [{ axis: 1, by: -5 }]), [row])).toEqual([2, 3, 4, 1]);
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer(), async (a, b) => {
      const values = normals(60, 1);
      const x = constant(values, [4, 5, 3]);
      const there = ops.roll(x, [
        { axis: 0, by: a },
        { axis: 1, by: b },
      ]);
      const back = ops.roll(there, [
        { axis: 0, by: -a },
        { axis: 1, by: -b },
      ]);
      expect((await evaluate([back]))[0]).toBeAllclose(values, { rtol: 1e-6 });
    }),
    { numRuns: 15 },
  );
  await checkGradient((x) => ops.roll(ops.square(x), [{ axis: 1, by: 2 }]), [{ shape: [2, 5] }]);
  expect(() => ops.roll(input('x', [3]), [{ axis: 0, by: 0.5 }])).toThrow(
    'roll: expected whole shifts, got 0.5.',
  );
});

test('windows are taken row by row and put back where they were', async () => {
  const image = { shape: [1, 4, 4, 1], values: Array.from({ length: 16 }, (_, i) => i) };
  const window = [2, 2] as const;
  const parts = await apply((x) => ops.windowPartition(x, { window }), [image]);
  expect(parts).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 6, maxLength: 6 }),
      async ([n, rows, columns, h, w, c]) => {
        const shape = [n, rows * h, columns * w, c];
        const values = normals(n * rows * h * columns * w * c, 2);
        const whole = ops.windowMerge(
          ops.windowPartition(constant(values, shape), { window: [h, w] }),
          { window: [h, w], size: [rows * h, columns * w] },
        );
        expect(whole.shape).toEqual(shape);
        expect((await evaluate([whole]))[0]).toBeAllclose(values, { rtol: 1e-6 });
      },
    ),
    { numRuns: 12 },
  );
  await checkAdjoint((x) => ops.windowPartition(x, { window: [2, 3] }), [2, 4, 6, 3]);
});

test('pixel shuffle lays channels out in blocks, and unshuffling undoes it', async () => {
  const deep = { shape: [1, 4, 1, 2], values: [0, 1, 10, 11, 20, 21, 30, 31] };
  expect(await apply((x) => ops.pixelShuffle(x, { ratio: 2 }), [deep])).toEqual([
    0, 10, 1, 11, 20, 30, 21, 31,
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 5, maxLength: 5 }),
      async ([n, c, h, w, ratio]) => {
        const shape = [n, c * ratio ** 2, h, w];
        const values = normals(
          shape.reduce((a, b) => a * b),
          3,
        );
        const wide = ops.pixelShuffle(constant(values, shape), { ratio });
        const back = ops.pixelUnshuffle(wide, { ratio });
        expect(back.shape).toEqual(shape);
        expect((await evaluate([back]))[0]).toBeAllclose(values, { rtol: 1e-6 });
      },
    ),
    { numRuns: 12 },
  );
  await checkAdjoint((x) => ops.pixelShuffle(x, { ratio: 3 }), [2, 18, 2, 3]);
  await checkAdjoint((x) => ops.pixelUnshuffle(x, { ratio: 2 }), [2, 3, 4, 6]);
});

test('sizes that do not divide are refused', () => {
  const x = input('x', [1, 6, 5, 4]);
  expect(() => ops.windowPartition(x, { window: [4, 5] })).toThrow(
    'windowPartition: expected [batch,height,width,channels] of whole 4x5 windows, got [1,6,5,4]; pad it.',
  );
  expect(() => ops.windowMerge(input('t', [4, 4, 3]), { window: [2, 2], size: [4, 6] })).toThrow(
    'windowMerge: expected [batch · windows,4,channels] for 4x6 in 2x2 windows, got [4,4,3].',
  );
  expect(() => ops.pixelShuffle(x, { ratio: 2 })).toThrow(
    'pixelShuffle: expected [batch,c·4,h,w], got [1,6,5,4].',
  );
  expect(() => ops.pixelUnshuffle(x, { ratio: 2 })).toThrow(
    'pixelUnshuffle: expected [batch,c,h·2,w·2], got [1,6,5,4].',
  );
});

test('rows that fall on the same place are all added, at any number of threads', async () => {
  const count = 40_000;
  const at = input('at', [count], 'int64');
  const rows = input('rows', [count, 8]);
  const few = ops.addRows(rows, at, { length: 7 });
  const many = ops.addRows(rows, at, { length: 1000 });
  const place = ops.reshape(at, [count, 1]);
  const onto = ops.scatterNDAdd(ops.zeros([1000, 8]), { indices: place, updates: rows });
  const session = await createSession(compile({ few, many, onto }, { weights: 'initializers' }), {
    threads: 4,
  });
  const index = BigInt64Array.from({ length: count }, (_, i) => BigInt((i * 31) % 7));
  const expected = Array.from({ length: 7 }, (_, k) => index.filter((v) => Number(v) === k).length);
  const feeds = { at: index, rows: new Float32Array(count * 8).fill(1) };
  for (let run = 0; run < 10; run++) {
    const out = await session.run(feeds);
    for (const name of ['few', 'many', 'onto']) {
      const sums = Array.from(out[name].data.subarray(0, 56), Number);
      expect(sums).toEqual(expected.flatMap((n) => new Array(8).fill(n)));
    }
  }
  await session.close();
});
