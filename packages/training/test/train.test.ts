import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNetwork, openFusionNetwork } from '@bandweave/models';
// Batches come from a thread that loads compiled files, so this tests the build.
import { metadataOf, settingsFor, train, writeWeights } from '@bandweave/training';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeScene } from './made-scene.js';

const network = findNetwork('rescnn')!;
const scenes = [madeScene(), madeScene({ name: 'other', phase: 9 })];
const settings = settingsFor(network, {
  sizes: { width: 4, blocks: 1 },
  steps: 16,
  batch: 2,
  patch: 32,
  threads: 1,
  holdBack: 0.3,
  validateEvery: 6,
  ema: 0,
});
let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-training-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Ends a run by a signal once it reaches a step. */
async function endAt(step: number, path: string): Promise<void> {
  const controller = new AbortController();
  const ended = train(network, scenes, {
    settings,
    folder: path,
    resume: true,
    signal: controller.signal,
    onProgress: ({ stage, done }) => {
      if (stage === 'train' && done >= step) controller.abort(new Error('ended'));
    },
  });
  await expect(ended).rejects.toThrow('ended');
}

test('a run that was ended twice and resumed is the run that was not', async () => {
  const whole = await train(network, scenes, { settings, folder: at('whole') });
  await endAt(5, at('parts'));
  await endAt(11, at('parts'));
  const parts = await train(network, scenes, { settings, folder: at('parts'), resume: true });
  expect(parts.loss).toBe(whole.loss);
  expect(parts.indices).toEqual(whole.indices);
  for (const [name, { data }] of whole.weights) {
    expect(parts.weights.get(name)!.data).toEqual(data);
  }
  const log = async (name: string) =>
    (await readFile(join(at(name), 'log.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const validations = async (name: string) =>
    (await log(name)).filter((e) => 'q2n' in e).map(({ seconds, ...rest }) => rest);
  expect(await validations('parts')).toEqual(await validations('whole'));
  expect((await readdir(at('parts'))).filter((name) => name.startsWith('state-'))).toHaveLength(1);
});

test('training leaves less of the error of the classical result, and the file opens as the network', async () => {
  const result = await train(network, scenes, { settings, folder: at('kept') });
  expect(result.start!.q2n).toBeLessThan(result.indices!.q2n);
  const path = at('weights.safetensors');
  await writeWeights(path, result.weights, metadataOf(network, result, { settings, scenes }));
  const opened = await openFusionNetwork('rescnn', path);
  expect(opened.facts).toMatchObject({ msBands: 3, ratio: 4 });
  expect(opened.preparation).toEqual(settings.preparation);
  await opened.close();
});

test('another network or other data do not go on from a checkpoint', async () => {
  await endAt(3, at('other'));
  const changed = { ...settings, lr: 1e-5 };
  await expect(
    train(network, scenes, { settings: changed, folder: at('other'), resume: true }),
  ).rejects.toThrow(/expected the settings and data of the run that is resumed/);
});

test.each([
  ['scenes of different bands', [madeScene(), madeScene({ bands: 4 })], {}, /expected 3 bands/],
  ['no scenes', [], {}, /expected at least one scene/],
  ['a patch that is too large', scenes, { patch: 128 }, /choose a smaller --patch/],
  ["a patch off the network's step", scenes, { patch: 30 }, /--patch: expected a multiple of 4/],
])('%s are refused in one line', async (_, given, change, message) => {
  const run = train(network, given, { settings: { ...settings, ...change }, folder: at('bad') });
  await expect(run).rejects.toThrow(message);
});

test('a network for any pair is trained on scenes of all kinds and serves each', async () => {
  const bandwise = findNetwork('bandwise')!;
  const kinds = [madeScene(), madeScene({ name: 'half', ratio: 2, bands: 5, height: 64 })];
  const recipe = settingsFor(bandwise, {
    sizes: { width: 4, blocks: 1 },
    steps: 3,
    batch: 3,
    patch: 32,
    threads: 1,
    base: 'mtf-glp-fs+atwt+exp',
    loss: 'l1-structure',
  });
  const result = await train(bandwise, kinds, { settings: recipe, folder: at('any') });
  expect(Number.isFinite(result.loss)).toBe(true);
  const path = at('any.safetensors');
  const note = metadataOf(bandwise, result, { settings: recipe, scenes: kinds });
  await writeWeights(path, result.weights, note);
  for (const pair of [
    { msBands: 3, ratio: 4 },
    { msBands: 8, ratio: 2 },
  ]) {
    const network = await openFusionNetwork('bandwise', path, { pair });
    expect(network.facts).toMatchObject({ ...pair, bases: 3 });
    const side = 8 * pair.ratio;
    const out = await network.run({
      pan: new Float32Array(side * side),
      ms: new Float32Array(pair.msBands * 64),
      lms: () => new Float32Array(3 * pair.msBands * side * side).fill(0.5),
      height: side,
      width: side,
    });
    expect(out.length).toBe(pair.msBands * side * side);
    await network.close();
  }
  const wrong = settingsFor(bandwise, { steps: 3, base: 'atwt+tv' });
  await expect(train(bandwise, kinds, { settings: wrong, folder: at('no') })).rejects.toThrow(
    /^--base: .*tv/,
  );
});
