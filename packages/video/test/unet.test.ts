import { readFileSync } from 'node:fs';
import {
  createParams,
  grad,
  input,
  mean,
  type Params,
  square,
  type Tensor,
} from '@bandweave/graph';
import { expect, test } from 'vitest';
import { inflated, TEMPORAL, TUNED, unet, unetConfig, unetFactor } from '../src/index.js';
import type { Flow } from '../src/unet/flow.js';
import { transformer } from '../src/unet/transformer.js';
import { runGraph, wave } from './run-graph.js';

const json = {
  down_block_types: ['CrossAttnDownBlock3D', 'DownBlock3D'],
  up_block_types: ['UpBlock3D', 'CrossAttnUpBlock3D'],
  block_out_channels: [4, 8],
  layers_per_block: 1,
  cross_attention_dim: 6,
  attention_head_dim: 2,
  norm_num_groups: 2,
};
const config = unetConfig(json);
const time = input('time', [1]);
const text = input('text', [1, 3, 6]);
const feeds = { time: Float32Array.of(321), text: wave(18, 2) };
const clipOf = (frames: number, h: number, w: number) => input('sample', [1, 4, frames, h, w]);

/** Parameters with what begins as zero made visible. */
function awake(params: Params): Params {
  for (const { name, slot } of params.entries()) {
    if (/attn_temp\.to_out/.test(name)) slot.data = wave(slot.data.length, 3).map((v) => 0.2 * v);
  }
  return params;
}

interface Golden {
  readonly config: object;
  readonly cases: readonly {
    readonly shape: readonly number[];
    readonly time: number;
    readonly every: number;
    readonly values: readonly number[];
  }[];
}
/** By golden/unet.py, written apart in PyTorch. */
const golden: Golden = JSON.parse(
  readFileSync(new URL('./golden/unet.json', import.meta.url), 'utf8'),
);

/** Weights that follow from their names, as the script has them. */
function named(params: Params): void {
  for (const { name, shape, slot } of params.entries()) {
    const phase = [...name].reduce((sum, c) => sum + c.charCodeAt(0), 0);
    const norm = /norm[^.]*\.weight$/.test(name);
    const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
    const scale = shape.length < 2 ? 0.1 : 1 / Math.sqrt(fanIn);
    slot.data = slot.data.map((_, i) => (norm ? 1 : 0) + scale * Math.sin(phase + 0.7 * i));
  }
}

test.each(golden.cases)('$shape at step $time is as PyTorch has it', async (wanted) => {
  const params = createParams();
  const own = unetConfig(golden.config);
  const y = unet(own, params, { sample: input('sample', wanted.shape), time, text });
  named(params);
  const length = wanted.shape.reduce((a, b) => a * b);
  const all = { sample: wave(length), time: Float32Array.of(wanted.time), text: feeds.text };
  const got = (await runGraph({ y }, all)).y.filter((_, i) => i % wanted.every === 0);
  expect(got).toBeAllclose(wanted.values, { atol: 2e-5, rtol: 1e-4 });
});

test('a clip of equal frames is what its picture is, before any tuning', async () => {
  const params = createParams({ seed: 4 });
  const picture = unet(config, params, { sample: input('still', [1, 4, 6, 10]), time, text });
  expect(params.entries().some(({ name }) => TEMPORAL.test(name))).toBe(false);
  const weights = params.stateDict();
  const own = inflated(createParams({ weights }), { seed: 9 });
  const clip = unet(config, own, { sample: clipOf(3, 6, 10), time, text });
  own.finish();
  const fresh = own.entries().filter(({ name }) => TEMPORAL.test(name));
  expect(fresh.length).toBe(4 * 7);
  for (const { name, slot } of fresh) if (name.endsWith('to_out.0.bias')) slot.data.fill(0);
  const values = wave(4 * 60);
  const frames = Float32Array.from({ length: 4 * 3 * 60 }, (_, at) => {
    const c = Math.floor(at / 180);
    return values[c * 60 + (at % 60)];
  });
  const { picture: alone } = await runGraph({ picture }, { ...feeds, still: values });
  const { clip: all } = await runGraph({ clip }, { ...feeds, sample: frames });
  for (let c = 0; c < 4; c++) {
    for (let f = 0; f < 3; f++) {
      const from = (c * 3 + f) * 60;
      expect(all.subarray(from, from + 60)).toBeAllclose(alone.subarray(c * 60, (c + 1) * 60), {
        atol: 2e-5,
      });
    }
  }
});

test('a frame sees itself, the first and the one before, and the text', async () => {
  const frames = 4;
  const params = createParams({ seed: 2 });
  const seen: Record<string, Tensor> = {};
  const flow: Flow = {
    config,
    batch: 1,
    frames,
    time,
    text,
    watch: (part, t) => {
      seen[part.split('.').slice(-2).join('.')] = t;
    },
    recompute: 'none',
    attentionChunk: undefined,
  };
  const x = input('x', [frames, 4, 2, 3]);
  transformer({ params, path: '' }, x, flow, 2);
  const outputs = { a: seen['attn1.out'], b: seen['attn2.out'], c: seen['attn_temp.out'] };
  awake(params);
  const [text1, size] = [{ text: feeds.text }, 24];
  const plain = await runGraph(outputs, { x: wave(frames * size), ...text1 });
  const changedBy = async (frame: number) => {
    const moved = wave(frames * size).map((v, i) => (Math.floor(i / size) === frame ? -v : v));
    const got = await runGraph({ a: outputs.a }, { x: moved });
    return Array.from({ length: frames }, (_, f) =>
      got.a
        .subarray(f * size, (f + 1) * size)
        .some((v, i) => Math.abs(v - plain.a[f * size + i]) > 1e-5),
    );
  };
  expect(await changedBy(0)).toEqual([true, true, true, true]);
  expect(await changedBy(1)).toEqual([false, true, true, false]);
  expect(await changedBy(3)).toEqual([false, false, false, true]);
  const other = await runGraph({ b: outputs.b }, { x: wave(frames * size), text: wave(18, 5) });
  expect(other.b).not.toBeAllclose(plain.b, { atol: 1e-4 });
});

test('attention is that of explicit sums: keys of frame 0 and of the frame before', async () => {
  const params = createParams({ seed: 2 });
  const seen: Record<string, Tensor> = {};
  const watch = (part: string, t: Tensor) => {
    seen[part] = t;
  };
  unet(config, params, { sample: clipOf(3, 2, 2), time, text }, { watch });
  const at = 'down_blocks.0.attentions.0.transformer_blocks.0.attn1';
  const outputs = { given: seen[`${at}.in`], out: seen[`${at}.out`] };
  const all = { sample: wave(48), time: feeds.time };
  const { given, out } = await runGraph(outputs, all);
  const weight = (name: string) =>
    params.entries().find((e) => e.name === `${at}.${name}`)!.slot.data;
  const times = (x: ArrayLike<number>, w: Float32Array) =>
    Array.from({ length: 4 }, (_, o) => [0, 1, 2, 3].reduce((s, i) => s + x[i] * w[o * 4 + i], 0));
  const row = (frame: number, token: number) =>
    given.subarray((frame * 4 + token) * 4, (frame * 4 + token) * 4 + 4);
  for (const frame of [0, 1, 2]) {
    for (const token of [0, 3]) {
      const q = times(row(frame, token), weight('to_q.weight'));
      const keys = [0, Math.max(0, frame - 1)].flatMap((f) => [0, 1, 2, 3].map((t) => row(f, t)));
      const ks = keys.map((r) => times(r, weight('to_k.weight')));
      const vs = keys.map((r) => times(r, weight('to_v.weight')));
      const heads = [0, 1].flatMap((h) => {
        const of = (r: number[]) => r.slice(2 * h, 2 * h + 2);
        const scores = ks.map((k) =>
          Math.exp((of(q)[0] * of(k)[0] + of(q)[1] * of(k)[1]) / Math.SQRT2),
        );
        const total = scores.reduce((a, b) => a + b);
        return [0, 1].map((d) => scores.reduce((s, e, i) => s + (e / total) * of(vs[i])[d], 0));
      });
      const bias = weight('to_out.0.bias');
      const wanted = times(heads, weight('to_out.0.weight')).map((v, i) => v + bias[i]);
      const from = (frame * 4 + token) * 4;
      expect(out.subarray(from, from + 4)).toBeAllclose(wanted, { atol: 1e-5 });
    }
  }
});

test('sizes that do not halve evenly come out as they went in', async () => {
  const deep = unetConfig({
    ...json,
    down_block_types: ['CrossAttnDownBlock2D', 'DownBlock2D', 'DownBlock2D'],
    up_block_types: ['UpBlock2D', 'UpBlock2D', 'CrossAttnUpBlock2D'],
    block_out_channels: [4, 4, 8],
  });
  expect(unetFactor(deep)).toBe(4);
  for (const [h, w] of [
    [5, 7],
    [1, 1],
    [6, 9],
  ]) {
    const params = createParams({ seed: 1 });
    const y = unet(deep, params, { sample: clipOf(2, h, w), time, text });
    expect(y.shape).toEqual([1, 4, 2, h, w]);
    const got = await runGraph({ y }, { ...feeds, sample: wave(8 * h * w) });
    expect(got.y.every(Number.isFinite)).toBe(true);
  }
});

test('blocks computed again give the same gradients', async () => {
  const params = createParams({ seed: 6 });
  const sample = clipOf(2, 4, 4);
  const gradients = (recompute: 'none' | 'blocks') => {
    const y = unet(config, params, { sample, time, text }, { recompute, attentionChunk: 3 });
    const tuned = params.entries().filter(({ name }) => TUNED.test(name));
    const found = grad(
      mean(square(y)),
      tuned.map((e) => e.tensor),
    );
    return Object.fromEntries(tuned.map((e, i) => [`slope.${e.name}`, found[i]]));
  };
  const [kept, again] = [gradients('none'), gradients('blocks')];
  awake(params);
  const all = { ...feeds, sample: wave(128) };
  const [a, b] = [await runGraph(kept, all), await runGraph(again, all)];
  expect(Object.keys(a)).toHaveLength(4 * 7);
  for (const name of Object.keys(a)) {
    expect(a[name].some((v) => v !== 0)).toBe(true);
    expect(b[name]).toBeAllclose(a[name], { rtol: 1e-4, atol: 1e-6 });
  }
});

test('two clips in a batch do not see each other', async () => {
  const params = createParams({ seed: 6 });
  const two = { time: input('t2', [2]), text: input('text2', [2, 3, 6]) };
  const both = unet(config, params, { sample: input('clips', [2, 4, 2, 4, 4]), ...two });
  const one = unet(config, params, { sample: clipOf(2, 4, 4), time, text });
  awake(params);
  const values = wave(256);
  const texts = wave(36, 2);
  const all = await runGraph(
    { both },
    { clips: values, t2: Float32Array.of(321, 7), text2: texts },
  );
  const own = { sample: values.slice(0, 128), time: feeds.time, text: texts.slice(0, 18) };
  const alone = await runGraph({ one }, own);
  expect(all.both.subarray(0, 128)).toBeAllclose(alone.one, { atol: 1e-5 });
});

test('networks of another kind are told in one line', () => {
  const wrong = (more: object) => () => unetConfig({ ...json, ...more });
  expect(wrong({ down_block_types: ['DownBlock3D'] })).toThrow(
    'unet/config.json: expected down_block_types as 2 of CrossAttnDownBlock2D and DownBlock2D',
  );
  expect(wrong({ attention_head_dim: 3 })).toThrow('numbers of heads that divide 4, 8');
  expect(wrong({ norm_num_groups: 3 })).toThrow('a divisor of 4 channels');
  expect(wrong({ class_embed_type: 'timestep' })).toThrow('class_embed_type');
  expect(wrong({ block_out_channels: 'many' })).toThrow('block_out_channels');
  expect(() =>
    unet(config, createParams(), { sample: clipOf(2, 4, 4), time, text: input('t', [1, 3, 5]) }),
  ).toThrow('text [b,tokens,6]');
});
