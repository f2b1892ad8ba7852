import { readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, input } from '@bandweave/graph';
import { linearLayer } from '@bandweave/nn';
import { expect, test } from 'vitest';
import {
  clipPixels,
  decodeFrames,
  encodeFrames,
  encodeTexts,
  openClipFolder,
  openModelFolder,
  openPredictor,
  openScorer,
  openTrace,
  samplePosterior,
  vaeEncode,
  vgtConfig,
} from '../src/index.js';
import { madeClipFolder, madeFolder } from './made-folder.js';
import { runGraph, wave } from './run-graph.js';

const here = { where: 'here', threads: 1 } as const;

test('weights beyond a limit lie in a file that goes with the session', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'scratch-'));
  const params = createParams({ seed: 1 });
  const y = linearLayer(params, input('x', [2, 16]), { out: 16 });
  const feeds = { x: wave(32) };
  const plain = await openTrace({ y }, here);
  const { y: wanted } = await plain.run(feeds);
  await plain.close();
  const beside = await openTrace(
    { y },
    { ...here, scratch, externalAbove: 100, weights: 'release' },
  );
  expect(readdirSync(scratch)).toHaveLength(1);
  expect(params.entries().map((e) => e.slot.data.length)).toEqual([0, 0]);
  const { y: got } = await beside.run(feeds);
  expect(got.data as Float32Array).toBeAllclose(wanted.data as Float32Array, { atol: 1e-6 });
  await beside.close();
  expect(readdirSync(scratch)).toEqual([]);
});

test('texts, frames and noise go through a model folder', async () => {
  const model = await openModelFolder(await madeFolder());
  const rows = ['the cat', ''].map((text) => model.tokenizer.pad(text));
  const texts = await encodeTexts(rows, {
    config: model.text,
    params: await model.textParams(),
    ...here,
  });
  expect(texts.map((t) => t.length)).toEqual([48, 48]);
  expect(texts[0]).not.toBeAllclose(texts[1], { atol: 1e-3 });

  const coder = { config: model.vae, params: await model.vaeParams(), ...here };
  const frames = [wave(3 * 24), wave(3 * 24, 1)].map((f) => f.map((v) => 0.5 * v));
  const size = { height: 4, width: 6 };
  const noise = () => wave(4 * 6, 3);
  const clip = await encodeFrames(frames, { ...coder, ...size, noise });
  expect(clip.shape).toEqual([4, 2, 2, 3]);
  // The second frame by itself, from the same posterior.
  const posterior = vaeEncode(model.vae, coder.params, input('picture', [1, 3, 4, 6]));
  const z = samplePosterior(posterior, input('noise', [1, 4, 2, 3]));
  const { z: alone } = await runGraph({ z }, { picture: frames[1], noise: noise() });
  for (let c = 0; c < 4; c++) {
    const from = (c * 2 + 1) * 6;
    const wanted = alone.slice(c * 6, (c + 1) * 6).map((v) => v * 0.18215);
    expect(clip.data.slice(from, from + 6)).toBeAllclose(wanted, { atol: 1e-6 });
  }
  const back = await decodeFrames(clip, coder);
  expect(back.map((f) => f.length)).toEqual([72, 72]);

  const network = { config: model.unet, params: await model.unetParams() };
  const own = createParams({ seed: 4 });
  const perturbation = {
    config: vgtConfig({ dim: 8, heads: 2, layers: 1, groups: 2 }),
    params: own.scope('vgt'),
  };
  const open = { shape: clip.shape, tokens: 6, ...here };
  const plain = await openPredictor(network, open);
  const [a, b] = await plain.predict(clip.data, 500, texts);
  await plain.close();
  expect(a).toHaveLength(clip.data.length);
  expect(a).not.toBeAllclose(b, { atol: 1e-5 });
  const still = await openPredictor({ ...network, perturbation }, open);
  const [same] = await still.predict(clip.data, 500, [texts[0]]);
  await still.close();
  expect(same).toBeAllclose(a, { atol: 1e-6 });
  own
    .entries()
    .find((e) => e.name === 'vgt.head.bias')!
    .slot.data.fill(1);
  const moved = await openPredictor({ ...network, perturbation }, open);
  const [other] = await moved.predict(clip.data, 500, [texts[0]]);
  await moved.close();
  expect(other).toBeAllclose(
    a.map((v) => v + 0.1),
    { atol: 1e-5 },
  );
});

test("pictures are brought to CLIP's square, its middle kept", () => {
  const bands = 3;
  const [height, width] = [4, 8];
  const data = Float64Array.from({ length: bands * 32 }, (_, i) => (i % 8) / 8);
  const statistics = { mean: [0, 0, 0], deviation: [1, 1, 1] };
  const whole = clipPixels({ bands, height, width, data }, { size: 4, ...statistics });
  expect(whole.subarray(0, 4)).toBeAllclose([2 / 8, 3 / 8, 4 / 8, 5 / 8], { atol: 1e-6 });
  const half = clipPixels(
    { bands, height, width, data: data.fill(0.5) },
    { size: 2, mean: [0.25, 0, 0], deviation: [0.5, 1, 1] },
  );
  expect(half).toBeAllclose([...new Array(4).fill(0.5), ...new Array(8).fill(0.5)], { atol: 1e-6 });
});

test('frames and prompts are scored', async () => {
  const scorer = await openScorer(await openClipFolder(await madeClipFolder()), here);
  const frame = (phase: number) => ({
    bands: 3,
    height: 10,
    width: 12,
    data: wave(360, phase).map((v) => 0.5 + 0.3 * v),
  });
  const pictures = await scorer.pictures([frame(0), frame(1), frame(0)]);
  const texts = await scorer.texts(['the cat', '']);
  await scorer.close();
  expect([pictures.width, pictures.data.length, texts.data.length]).toEqual([4, 12, 8]);
  const row = (i: number) => Array.from(pictures.data).slice(4 * i, 4 * i + 4);
  expect(row(0)).toEqual(row(2));
  expect(row(0)).not.toEqual(row(1));
});
