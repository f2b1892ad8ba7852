/**
 * `node scripts/check-ssdiff.mjs OUT.safetensors`: SSDiff of 4 bands with made weights on 20 x 28 made
 * pixels, one evaluation and four sampler steps, for `scripts/check-ssdiff.py OUT.safetensors` to
 * compare with an evaluation of its own in double precision. Needs `npm run build`.
 */

import {
  compile,
  createParams,
  createSession,
  input,
  random,
  writeSafetensors,
} from '../packages/graph/dist/index.js';
import { sampleSteps, ssDiff } from '../packages/models/dist/index.js';

const out = process.argv[2];
if (!out) {
  process.stderr.write('check-ssdiff: expected a file to write, got none.\n');
  process.exit(2);
}
const [bands, height, width, count] = [4, 20, 28, 4];
const config = { msBands: bands, panBands: 1, ratio: 4 };
const params = createParams({ seed: 3 });
const images = {
  ms: input('ms', [1, bands, height / 4, width / 4]),
  lms: input('lms', [1, bands, height, width]),
  pan: input('pan', [1, 1, height, width]),
};
const noise = input('noise', [1, bands, height, width]);
const one = ssDiff(config, params, { ...images, state: noise, time: input('time', [1]) });
const source = random(5);
// Away from zeros and ones, so that everything acts.
for (const { slot } of params.entries()) {
  if (!slot.data.every((v) => v === 0) && !slot.data.every((v) => v === 1)) continue;
  slot.data = slot.data.map((v) => v + 0.1 * Math.abs(source.normal()));
}
const feeds = Object.fromEntries(
  Object.entries({ ...images, noise }).map(([name, { shape }]) => [
    name,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
      name === 'noise' ? source.normal() : source.uniform(),
    ),
  ]),
);

async function run(output, all) {
  const model = compile({ output }, { weights: 'initializers' });
  const session = await createSession(model, { threads: 1 });
  const used = new Set(session.inputs.map(({ name }) => name));
  const fed = Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
  const { output: value } = await session.run(fed);
  await session.close();
  return { shape: [1, bands, height, width], data: value.data };
}

const options = { steps: count, conditioning: 'mapped', state: 'residual' };
const steps = sampleSteps(config, params, { ...images, noise }, options);
await writeSafetensors(out, [
  ...params.stateDict(),
  ...Object.entries({ ...images, noise }).map(([name, { shape }]) => [
    `in.${name}`,
    { shape, data: feeds[name] },
  ]),
  ['out.one', await run(one, { ...feeds, time: Float32Array.of(333) })],
  ['out.sampled', await run(steps[count - 1].image, feeds)],
]);
