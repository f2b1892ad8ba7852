/** The property that makes a linear operator's gradient right: <A x, y> = <x, A' y>. */
import { expect } from 'vitest';
import { backward } from '../../src/core/grad.js';
import { sizeOf } from '../../src/core/shape.js';
import { constant, type Tensor } from '../../src/core/tensor.js';
import { evaluate, normals } from './evaluate.js';

export const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((s, v, i) => s + v * b[i], 0);

interface AdjointOptions {
  readonly dtype?: 'float32' | 'float64';
  readonly rtol?: number;
}

/** Checks it with random x and y for an operator that is linear in x. */
export async function checkAdjoint(
  fn: (x: Tensor) => Tensor,
  shape: readonly number[],
  { dtype = 'float64', rtol = dtype === 'float64' ? 1e-10 : 1e-4 }: AdjointOptions = {},
): Promise<void> {
  const values = normals(sizeOf(shape), 5);
  const x = constant(values, shape, dtype);
  const y = fn(x);
  const seeds = normals(sizeOf(y.shape), 6);
  const [forward, back] = await evaluate([
    y,
    ...backward([y], [constant(seeds, y.shape, dtype)], [x]),
  ]);
  const scale = Math.sqrt(dot(forward, forward) * dot(seeds, seeds));
  expect([dot(forward, seeds)]).toBeAllclose([dot(values, back)], { atol: rtol * (scale + 1e-30) });
}
