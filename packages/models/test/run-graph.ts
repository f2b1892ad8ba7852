import { compile, type createParams, createSession, random, type Tensor } from '@bandweave/graph';

/** Runs a trace on uniform random inputs, one thread. */
export async function runRandomly(output: Tensor, seed = 2): Promise<Float32Array> {
  const session = await createSession(compile({ output }, { weights: 'initializers' }), {
    threads: 1,
  });
  const source = random(seed);
  const feeds = Object.fromEntries(
    session.inputs.map(({ name, shape }) => [
      name,
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => source.uniform()),
    ]),
  );
  const { output: y } = await session.run(feeds);
  await session.close();
  return y.data as Float32Array;
}

/** Numbers in all parameters together. */
export const countOf = (params: ReturnType<typeof createParams>) =>
  params.entries().reduce((n, e) => n + e.slot.data.length, 0);

/** Runs a trace on given inputs, one thread. */
export async function runGraph(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: Readonly<Record<string, Float32Array>> = {},
): Promise<Record<string, Float32Array>> {
  const session = await createSession(compile(outputs, { weights: 'initializers' }), {
    threads: 1,
  });
  const results = await session.run(feeds);
  await session.close();
  return Object.fromEntries(Object.keys(outputs).map((k) => [k, results[k].data as Float32Array]));
}
