import { compile, createSession, type Tensor } from '@bandweave/graph';

/** Runs a trace with its weights, one thread. */
export async function runGraph(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Readonly<Record<string, Float32Array | BigInt64Array>> = {},
): Promise<Record<string, Float32Array>> {
  const session = await createSession(compile(outputs, { weights: 'initializers' }), {
    threads: 1,
  });
  const results = await session.run(feeds);
  await session.close();
  return Object.fromEntries(Object.keys(outputs).map((k) => [k, results[k].data as Float32Array]));
}

/** Numbers that look random and are always the same. */
export const wave = (length: number, phase = 0): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(phase + 0.7 * i) + 0.5 * Math.cos(1.3 * i * i));
