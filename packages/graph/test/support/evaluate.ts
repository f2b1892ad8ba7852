/** Runs traces in tests and compares their gradients with central differences. */
import { expect } from 'vitest';
import {
  ELEMENT_TYPES,
  type Elements,
  type ElementType,
  isFloating,
} from '../../src/core/element-type.js';
import { grad } from '../../src/core/grad.js';
import { sizeOf } from '../../src/core/shape.js';
import { constant, input, type Tensor } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import { mul } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import { random } from '../../src/random.js';
import { createSession } from '../../src/session/session.js';

/** Fusions know float32 only, so float64 graphs run as they stand. */
const SESSION = { threads: 1, optimization: 'none' } as const;

/** Values for one input: `values` or standard normal ones. */
export interface TestInput {
  readonly shape: readonly number[];
  readonly values?: readonly number[];
  readonly dtype?: ElementType;
}

export function normals(count: number, seed: number): number[] {
  const source = random(seed);
  return Array.from({ length: count }, () => source.normal());
}

function numbers(data: Elements): number[] {
  return Array.from(data as Float32Array, Number);
}

/** The values of traced tensors that need no feeds, or get these. */
export async function evaluate(
  outputs: readonly Tensor[],
  feeds: Readonly<Record<string, Elements>> = {},
): Promise<number[][]> {
  const named = Object.fromEntries(outputs.map((t, i) => [`y${i}`, t]));
  const model = compile(named, { weights: 'inputs' });
  const wide = outputs.some((t) => t.dtype === 'float64');
  const session = await createSession(model, wide ? SESSION : { threads: 1 });
  const results = await session.run(feeds);
  await session.close();
  return outputs.map((t, i) => {
    expect(results[`y${i}`].shape).toEqual(t.shape);
    return numbers(results[`y${i}`].data);
  });
}

/** Runs `fn` on given values. */
export async function apply(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly TestInput[],
): Promise<number[]> {
  const tensors = inputs.map((t, i) => input(`x${i}`, t.shape, t.dtype ?? 'float32'));
  const feeds = feedsFor(inputs, 'float32');
  return (await evaluate([fn(...tensors)], feeds))[0];
}

function feedsFor(inputs: readonly TestInput[], dtype: ElementType): Record<string, Elements> {
  return Object.fromEntries(
    inputs.map((t, i) => {
      const values = t.values ?? normals(sizeOf(t.shape), 17 + i);
      return [`x${i}`, ELEMENT_TYPES[t.dtype ?? dtype].from(values)];
    }),
  );
}

interface CheckOptions {
  /** float64 unless ONNX Runtime has no such kernel; then a step that suits float32 is needed. */
  readonly dtype?: 'float32' | 'float64';
  /** Of the central difference. Operators that are linear in each input bear a large one. */
  readonly step?: number;
  readonly rtol?: number;
  readonly atol?: number;
}

/**
 * Compares every element of every gradient of Σ w·fn(...) with central differences, where w are
 * fixed random weights, so that no gradient is zero by symmetry.
 */
export async function checkGradient(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly TestInput[],
  { dtype = 'float64', step = 1e-5, rtol = 1e-6, atol = 1e-8 }: CheckOptions = {},
): Promise<void> {
  const tensors = inputs.map((t, i) => input(`x${i}`, t.shape, t.dtype ?? dtype));
  const y = fn(...tensors);
  const weights = constant(normals(sizeOf(y.shape), 3), y.shape, y.dtype);
  const loss = sum(mul(y, weights));
  const wrt = tensors.filter((t) => isFloating(t.dtype));
  const grads = grad(loss, wrt);
  const feeds = feedsFor(inputs, dtype);
  const measured = await evaluate(grads, used(grads, feeds));
  const session = await createSession(compile({ loss }, { weights: 'inputs' }), SESSION);
  const lossFeeds = used([loss], feeds);
  const lossNow = async () => Number((await session.run(lossFeeds)).loss.data[0]);
  for (let i = 0, k = 0; i < tensors.length; i++) {
    if (!isFloating(tensors[i].dtype)) continue;
    const data = feeds[`x${i}`] as Float64Array;
    const expected = new Float64Array(data.length);
    for (let j = 0; j < data.length; j++) {
      const was = data[j];
      data[j] = was + step;
      const up = await lossNow();
      const above = data[j];
      data[j] = was - step;
      expected[j] = (up - (await lossNow())) / (above - data[j]);
      data[j] = was;
    }
    expect(measured[k++]).toBeAllclose(expected, { rtol, atol });
  }
  await session.close();
}

/** Only the feeds that the outputs still need. */
function used(
  outputs: readonly Tensor[],
  feeds: Readonly<Record<string, Elements>>,
): Record<string, Elements> {
  const named = Object.fromEntries(outputs.map((t, i) => [`y${i}`, t]));
  const names = compile(named, { weights: 'inputs' }).inputs.map((v) => v.name);
  return Object.fromEntries(names.map((name) => [name, feeds[name]]));
}
