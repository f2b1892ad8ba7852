import { compile, createParams, createSession, input } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { bandwiseDefinition, prepared } from '../src/index.js';

const preparation = {
  normalise: 'scene',
  base: 'mtf-glp-fs+atwt+exp',
  inputs: 'plain',
} as const;
const side = 16;

/** Random weights, the last layer's too, so that there is something to see. */
function weightsOf(msBands: number) {
  const created = bandwiseDefinition.create({
    panBands: 1,
    msBands,
    ratio: 4,
    sizes: { width: 4 },
  });
  const params = createParams({ seed: 3 });
  prepared(created, preparation).build(params, inputsOf(msBands));
  const weights = params.stateDict();
  const tail = weights.get('tail.weight')!;
  (tail.data as Float32Array).forEach((_, i, all) => {
    all[i] = Math.sin(i) / 9;
  });
  return weights;
}

const inputsOf = (bands: number) => ({
  pan: input('pan', [1, 1, side, side]),
  ms: input('ms', [1, bands, side / 4, side / 4]),
  lms: input('lms', [1, 3 * bands, side, side]),
});

async function run(
  weights: ReturnType<typeof weightsOf>,
  { bands, pan, lms }: { bands: number; pan: Float32Array; lms: Float32Array },
) {
  const opened = bandwiseDefinition.open(weights, {
    file: 'w',
    pair: { msBands: bands, ratio: 4 },
  });
  const params = createParams({ weights, file: 'w' });
  const output = prepared(opened, preparation).build(params, inputsOf(bands));
  params.finish();
  const session = await createSession(compile({ output }, { weights: 'initializers' }));
  const result = await session.run({ pan, lms });
  await session.close();
  return result.output.data as Float32Array;
}

const size = side * side;
const made = (count: number, seed: number) =>
  Float32Array.from({ length: count * size }, (_, i) => Math.sin(seed + i * 1.7) + (i % 23) / 23);

test('the same weights serve any number of bands, each as if it were alone', async () => {
  const weights = weightsOf(1);
  const [pan, lms] = [made(1, 1), made(6, 2)];
  const both = await run(weights, { bands: 2, pan, lms });
  for (const band of [0, 1]) {
    const own = [0, 1, 2].flatMap((base) => [
      ...lms.subarray((2 * base + band) * size, (2 * base + band + 1) * size),
    ]);
    const alone = await run(weights, { bands: 1, pan, lms: Float32Array.from(own) });
    expect(alone).toBeAllclose(both.subarray(band * size, (band + 1) * size), { atol: 1e-5 });
  }
});

test('a scene of other contrast and brightness is corrected in proportion', async () => {
  const weights = weightsOf(1);
  const [pan, lms] = [made(1, 4), made(3, 5)];
  const plain = await run(weights, { bands: 1, pan, lms });
  const changed = await run(weights, {
    bands: 1,
    pan: pan.map((v) => 2.5 * v - 7),
    lms: lms.map((v) => 2.5 * v + 3),
  });
  expect(changed).toBeAllclose(
    plain.map((v) => 2.5 * v + 3),
    { atol: 1e-4 },
  );
});

test('it begins as the mean of the sharp bases, the enlarged MS left out', async () => {
  const weights = weightsOf(1);
  (weights.get('tail.weight')!.data as Float32Array).fill(0);
  const lms = made(3, 6);
  const begun = await run(weights, { bands: 1, pan: made(1, 7), lms });
  const mean = Float32Array.from({ length: size }, (_, i) => (lms[i] + lms[size + i]) / 2);
  expect(begun).toBeAllclose(mean, { atol: 1e-6 });
});
