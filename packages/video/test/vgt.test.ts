import { createParams, grad, input, stopGradient } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  discriminator,
  discriminatorLoss,
  generatorLoss,
  HYPER_LOSS,
  PLAIN_LOSS,
  vgt,
  vgtConfig,
} from '../src/index.js';
import { runGraph, wave } from './run-graph.js';

const config = vgtConfig({ dim: 8, heads: 2, layers: 2, groups: 2 });
const shape = [1, 4, 3, 4, 6];
const size = 4 * 3 * 24;

/** A transformer whose last layer is no longer zero. */
function awake(given: Parameters<typeof vgtConfig>[0], dims: readonly number[] = shape) {
  const params = createParams({ seed: 3 });
  const out = vgt(vgtConfig({ ...config, ...given }), params, input('z', dims));
  const head = params.entries().find((e) => e.name === 'head.weight')!;
  head.slot.data = wave(head.slot.data.length);
  return out;
}

test.each(['pure', 'hyper'] as const)('%s: nothing is added before training', async (variant) => {
  const out = vgt({ ...config, variant }, createParams({ seed: 3 }), input('z', shape));
  expect(out.shape).toEqual(shape);
  const { out: got } = await runGraph({ out }, { z: wave(size) });
  expect(got.every((v) => v === 0)).toBe(true);
});

test('a frame never sees those after it, where nothing but attention looks at frames', async () => {
  const out = awake({ variant: 'pure' });
  const frame = (x: Float32Array, f: number) =>
    [0, 1, 2, 3].flatMap((c) => Array.from(x.subarray((c * 3 + f) * 24, (c * 3 + f + 1) * 24)));
  const { out: plain } = await runGraph({ out }, { z: wave(size) });
  const moved = wave(size).map((v, i) => (Math.floor(i / 24) % 3 === 2 ? -v : v));
  const { out: got } = await runGraph({ out }, { z: moved });
  for (const f of [0, 1]) expect(frame(got, f)).toBeAllclose(frame(plain, f), { atol: 1e-6 });
  expect(frame(got, 2)).not.toBeAllclose(frame(plain, 2), { atol: 1e-3 });
});

test('sizes that patches do not divide come out as they went in', async () => {
  const out = awake({}, [1, 4, 2, 3, 5]);
  expect(out.shape).toEqual([1, 4, 2, 3, 5]);
  const { out: got } = await runGraph({ out }, { z: wave(4 * 2 * 15) });
  expect(got.every(Number.isFinite)).toBe(true);
});

test('a discriminator that is sure pays for being wrong', async () => {
  const params = createParams({ seed: 1 });
  const [real, fake] = ['a', 'b'].map((name) => discriminator(params, input(name, shape)));
  const loss = discriminatorLoss(real, fake);
  const bias = params.entries().find((e) => e.name === 'c3.bias')!;
  const weight = params.entries().find((e) => e.name === 'c3.weight')!;
  weight.slot.data.fill(0);
  const feeds = { a: wave(size), b: wave(size, 1) };
  for (const [logit, expected] of [
    [0, Math.log(2)],
    [30, 15],
    [-30, 15],
  ]) {
    bias.slot.data.fill(logit);
    const { loss: got } = await runGraph({ loss }, feeds);
    expect(got[0]).toBeCloseTo(expected, 4);
  }
});

test('a loss has the parts that weights ask for, and teaches no discriminator by features', async () => {
  const judge = createParams({ seed: 1 });
  const [predicted, noise] = [input('p', shape), input('n', shape)];
  const plain = generatorLoss(predicted, noise, { weights: PLAIN_LOSS, judge });
  expect(Object.keys(plain.parts)).toEqual(['mse']);
  expect(judge.entries()).toEqual([]);
  const full = generatorLoss(predicted, noise, { weights: HYPER_LOSS, judge });
  const [slope] = grad(full.parts.perceptual!, [stopGradient(predicted)]);
  expect(slope).toBeDefined();
  const { mse, l1, perceptual, adversarial } = full.parts;
  const outputs = {
    total: full.total,
    mse: mse!,
    l1: l1!,
    perceptual: perceptual!,
    adversarial: adversarial!,
  };
  const feeds = { p: wave(size), n: wave(size, 1) };
  const got = await runGraph(outputs, feeds);
  const apart = feeds.p.map((v, i) => v - feeds.n[i]);
  expect(got.mse[0]).toBeCloseTo(apart.reduce((s, d) => s + d * d, 0) / size, 5);
  expect(got.l1[0]).toBeCloseTo(apart.reduce((s, d) => s + Math.abs(d), 0) / size, 5);
  expect(got.total[0]).toBeCloseTo(
    got.mse[0] + 0.1 * got.l1[0] + 0.05 * got.perceptual[0] + 0.01 * got.adversarial[0],
    5,
  );
  const same = await runGraph(outputs, { p: feeds.n, n: feeds.n });
  expect(same.perceptual[0]).toBeCloseTo(0, 9);
});

test('sizes that do not fit are told', () => {
  expect(() => vgtConfig({ dim: 6, heads: 4 })).toThrow('4 heads and 8 groups divide, got 6');
});
