/** Running and comparing by name, with limits relative to the largest value of the reference. */

import { compile, createSession, type Tensor as Symbolic } from '@bandweave/graph';
import { type Verdict, worse } from '../../case.js';
import { maxAbsDifference, type Tensor } from '../../tensors.js';

export const SURE: Verdict = { error: 0, tolerance: 1 };

/** Values of a trace whose weights stand in it, by the names of its outputs. */
export async function run(
  outputs: Readonly<Record<string, Symbolic>>,
  feeds: Readonly<Record<string, Float32Array | BigInt64Array | Float64Array>>,
): Promise<Record<string, Float32Array>> {
  const named = Object.fromEntries(Object.entries(outputs).map(([k, t]) => [`out:${k}`, t]));
  const model = compile(named, { weights: 'initializers' });
  const session = await createSession(model, { threads: 2 });
  const wanted = Object.fromEntries(model.inputs.map(({ name }) => [name, feeds[name]]));
  const results = await session.run(wanted);
  await session.close();
  return Object.fromEntries(
    Object.keys(outputs).map((k) => [k, results[`out:${k}`].data as Float32Array]),
  );
}

/** error and limit as shares of the reference's largest value. */
export function judge(
  name: string,
  got: ArrayLike<number>,
  { reference, rtol }: { readonly reference: ArrayLike<number>; readonly rtol: number },
): Verdict {
  let most = 0;
  for (let i = 0; i < reference.length; i++) most = Math.max(most, Math.abs(reference[i]));
  const error = maxAbsDifference(got, reference);
  return { error: most > 0 ? error / most : error, tolerance: rtol, note: name };
}

/**
 * Every value that the case holds, and its float64 twin. Every name asked for must be there or be
 * of a part that this case does not record; at least one is.
 */
export function judgeAll(
  io: ReadonlyMap<string, Tensor>,
  values: Readonly<Record<string, ArrayLike<number>>>,
  { rtol }: { readonly rtol: number },
): Verdict {
  let verdict = SURE;
  let compared = 0;
  for (const [name, got] of Object.entries(values)) {
    for (const twin of [name, `${name}_f64`]) {
      const reference = io.get(twin)?.data;
      if (!reference) continue;
      compared += 1;
      verdict = worse(verdict, judge(twin, got, { reference, rtol }));
    }
  }
  if (compared === 0) throw new Error('apla: expected tensors to compare with, got none.');
  return verdict;
}
