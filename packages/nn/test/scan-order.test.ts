import { compile, createSession, input } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { fromOrder, type ScanOrder, toOrder } from '../src/scan-order.js';

const grid = { height: 2, width: 3 };

async function run(
  f: (x: ReturnType<typeof input>) => ReturnType<typeof input>,
): Promise<number[]> {
  const x = input('x', [1, 6, 1]);
  const session = await createSession(compile({ y: f(x) }, { weights: 'inputs' }), { threads: 1 });
  const { y } = await session.run({ x: Float32Array.of(0, 1, 2, 3, 4, 5) });
  await session.close();
  return Array.from(y.data as Float32Array);
}

test.each([
  ['rows', [0, 1, 2, 3, 4, 5]],
  ['rows-reversed', [5, 4, 3, 2, 1, 0]],
  ['columns', [0, 3, 1, 4, 2, 5]],
  ['columns-reversed', [5, 2, 4, 1, 3, 0]],
] as [ScanOrder, number[]][])(
  'a 2 x 3 map is read in the order %s and put back',
  async (order, expected) => {
    expect(await run((x) => toOrder(x, order, grid))).toEqual(expected);
    expect(await run((x) => fromOrder(toOrder(x, order, grid), order, grid))).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
  },
);
