import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { grad } from '../../src/core/grad.js';
import { input } from '../../src/core/tensor.js';
import { readSafetensors, writeSafetensors } from '../../src/files/index.js';
import { mul, sub } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import { square } from '../../src/ops/elementwise.js';
import { mean } from '../../src/ops/reduce.js';
import * as optim from '../../src/optim/index.js';
import { createParams, type Params } from '../../src/params/params.js';
import { evaluate } from '../support/evaluate.js';
import { batchAt, smallNetwork } from './small-network.js';

const folder = mkdtempSync(join(tmpdir(), 'bandweave-trainer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const values = (params: Params) =>
  Object.fromEntries(params.entries().map((e) => [e.name, e.slot.data.slice()]));

function recipe() {
  return {
    threads: 1,
    optimizer: optim.adamW(),
    lr: optim.cosineRestarts(0.02, { first: 4, decay: 0.7 }),
    ema: { decay: 0.9 },
    clip: { by: 'norm', max: 1 },
  } as const;
}

test('a resumed run is the uninterrupted one to the bit', async () => {
  const path = join(folder, 'half.safetensors');
  const whole = smallNetwork(2);
  const trainer = await optim.createTrainer({ ...recipe(), ...whole });
  const losses: number[] = [];
  for (let i = 0; i < 8; i++) {
    if (i === 4) await trainer.save(path);
    losses.push((await trainer.train(batchAt(2 * (i % 2), 2))).loss);
  }
  const again = smallNetwork(2, createParams({ seed: 99 }));
  const resumed = await optim.createTrainer({ ...recipe(), ...again });
  await resumed.load(path);
  expect(resumed.steps).toBe(4);
  for (let i = 4; i < 8; i++) {
    expect((await resumed.train(batchAt(2 * (i % 2), 2))).loss).toBe(losses[i]);
  }
  expect(values(again.params)).toEqual(values(whole.params));
  expect(resumed.averages()).toEqual(trainer.averages());
  expect(losses[6]).toBeLessThan(losses[0]);
  await Promise.all([trainer.close(), resumed.close()]);
});

test('gradients gathered over batches are those of one large batch', async () => {
  const parts = smallNetwork(2);
  const large = smallNetwork(6);
  const options = { threads: 1, optimizer: optim.sgd(), lr: 0.1 };
  const a = await optim.createTrainer({ ...options, ...parts, accumulate: 3 });
  const b = await optim.createTrainer({ ...options, ...large });
  for (let step = 0; step < 3; step++) {
    const first = 6 * step;
    const gathered = await a.train([0, 2, 4].map((k) => batchAt(first + k, 2)));
    const { loss } = await b.train(batchAt(first, 6));
    expect([gathered.loss]).toBeAllclose([loss], { rtol: 1e-6 });
  }
  const [one, other] = [values(parts.params), values(large.params)];
  for (const name of Object.keys(one)) {
    expect(one[name]).toBeAllclose(other[name], { rtol: 1e-5, atol: 1e-7 });
  }
  await expect(a.train(batchAt(0, 2))).rejects.toThrow('expected 3 batches for one update, got 1');
  await Promise.all([a.close(), b.close()]);
});

test('frozen parameters stay as they are and groups have rates of their own', async () => {
  const net = smallNetwork(2);
  const before = values(net.params);
  const feeds = { ...batchAt(0, 2), ...before };
  const [tail, bias] = ['tail.weight', 'head.bias'].map(
    (name) => net.params.entries().find((e) => e.name === name)!.tensor,
  );
  const [gTail, gBias] = await evaluate(grad(net.loss, [tail, bias]), feeds);
  const trainer = await optim.createTrainer({
    ...net,
    threads: 1,
    optimizer: optim.sgd(),
    lr: 0.5,
    groups: [
      { match: /^head\.weight$/, mode: 'freeze' },
      { match: (name) => name.endsWith('bias'), lr: () => 0.125, weightDecay: 0.25 },
    ],
  });
  await trainer.train(batchAt(0, 2));
  const after = values(net.params);
  expect(after['head.weight']).toEqual(before['head.weight']);
  expect(after['tail.weight']).toBeAllclose(
    before['tail.weight'].map((p, i) => p - 0.5 * gTail[i]),
    { rtol: 1e-5, atol: 1e-6 },
  );
  expect(after['head.bias']).toBeAllclose(
    before['head.bias'].map((p, i) => p - 0.125 * (gBias[i] + 0.25 * p)),
    { rtol: 1e-5, atol: 1e-6 },
  );
  await trainer.close();
});

test('the moving average follows its recurrence and is kept apart from the parameters', async () => {
  const net = smallNetwork(2);
  const trainer = await optim.createTrainer({
    ...net,
    threads: 1,
    optimizer: optim.sgd(),
    lr: 0.1,
    ema: { decay: 0.75 },
  });
  const expected = values(net.params)['head.weight'];
  for (let i = 0; i < 3; i++) {
    await trainer.train(batchAt(i, 2));
    const now = values(net.params)['head.weight'];
    expected.forEach((e, k) => {
      expected[k] = 0.75 * e + 0.25 * now[k];
    });
  }
  expect(trainer.averages().get('head.weight')?.data).toBeAllclose(expected, {
    rtol: 1e-6,
    atol: 1e-7,
  });
  await trainer.close();
});

test('buffers take the values that the step gives them, metrics come back', async () => {
  const params = createParams();
  const x = input('x', [4]);
  const seen = params.buffer('seen', [], () => new Float32Array(1));
  const loss = sum(mul(x, params.get('w', [4])));
  const buffers = { seen: mul(mean(x), 2) };
  const options = { params, loss, optimizer: optim.sgd(), lr: 0.1, threads: 1 };
  const trainer = await optim.createTrainer({ ...options, buffers, metrics: { top: mul(x, 3) } });
  const { metrics } = await trainer.train({ x: Float32Array.of(1, 2, 3, 6) });
  expect(metrics['top'].data).toEqual(Float32Array.of(3, 6, 9, 18));
  expect(params.entries().find((e) => e.name === 'seen')?.slot.data).toEqual(Float32Array.of(6));
  expect(() => optim.trainStep({ ...options, buffers: { other: seen } })).toThrow(
    'expected buffers of this network, got other; it has seen.',
  );
  await trainer.close();
});

test('checkpoints of another network or without a step are refused', async () => {
  const path = join(folder, 'plain.safetensors');
  const net = smallNetwork(2);
  const trainer = await optim.createTrainer({ ...net, threads: 1, optimizer: optim.adam(), lr: 1 });
  await writeSafetensors(path, net.params.stateDict());
  await expect(trainer.load(path)).rejects.toThrow('expected a checkpoint with its step');
  await writeSafetensors(path, net.params.stateDict(), { metadata: [['steps', '3']] });
  await expect(trainer.load(path)).rejects.toThrow(/expected training\.adam\.mean\..*, got none/);
  await trainer.save(path);
  const { tensors } = await readSafetensors(path);
  expect([...tensors.keys()].filter((n) => !n.startsWith('training.')).sort()).toEqual(
    [...net.params.stateDict().keys()].sort(),
  );
  await trainer.close();
});

test('groups that match nothing and options out of range are refused', () => {
  const net = smallNetwork(2);
  const options = { ...net, optimizer: optim.sgd(), lr: 0.1 };
  expect(() => optim.trainStep({ ...options, groups: [{ match: /none/ }] })).toThrow(
    'expected parameters for group 0 (/none/), got none',
  );
  expect(() => optim.trainStep({ ...options, groups: [{ match: /./, mode: 'freeze' }] })).toThrow(
    'expected parameters to train, got none',
  );
  expect(() => optim.trainStep({ ...options, accumulate: 0 })).toThrow('accumulate of 1 or more');
  expect(() => optim.trainStep({ ...options, ema: { decay: 1 } })).toThrow('ema.decay in [0, 1)');
  expect(() => optim.trainStep({ ...options, clip: { by: 'norm', max: 0 } })).toThrow(
    'expected max above 0',
  );
  expect(() => optim.sgd({ form: 'nesterov' })).toThrow('expected momentum above 0');
  expect(() => optim.adam({ beta1: 1 })).toThrow('expected beta1 and beta2 in [0, 1), got 1');
});

test('parts take turns: each moves its own parameters, and a checkpoint knows whose turn it is', async () => {
  expect([0, 1, 2, 3, 4, 5, 6].map((step) => optim.turnAt(step, { every: 2, count: 2 }))).toEqual([
    { part: 0, before: 0 },
    { part: 0, before: 1 },
    { part: 1, before: 0 },
    { part: 1, before: 1 },
    { part: 0, before: 2 },
    { part: 0, before: 3 },
    { part: 1, before: 2 },
  ]);
  const made = async () => {
    const params = createParams({ seed: 1 });
    const [a, b] = [params.get('a', [3]), params.get('b', [3])];
    const x = input('x', [3]);
    const loss = mean(square(sub(mul(a, b), x)));
    const part = (own: string) => ({
      loss,
      groups: [{ match: (name: string) => name !== own, mode: 'freeze' as const }],
    });
    const turns = { every: 2, parts: [part('a'), part('b')] };
    const optimizer = optim.adam();
    return {
      params,
      trainer: await optim.createTrainer({ params, loss, optimizer, lr: 0.1, turns }),
    };
  };
  const feeds = { x: Float32Array.of(1, -2, 0.5) };
  const { params, trainer } = await made();
  const seen = [values(params)];
  for (let i = 0; i < 5; i++) {
    await trainer.train(feeds);
    seen.push(values(params));
    if (i === 2) await trainer.save(join(folder, 'turns.safetensors'));
  }
  const moved = seen
    .slice(1)
    .map((now, i) => ['a', 'b'].filter((k) => `${now[k]}` !== `${seen[i][k]}`));
  expect(moved).toEqual([['a'], ['a'], ['b'], ['b'], ['a']]);
  await trainer.close();
  const again = await made();
  await again.trainer.load(join(folder, 'turns.safetensors'));
  for (let i = 0; i < 2; i++) await again.trainer.train(feeds);
  expect(values(again.params)).toEqual(seen[5]);
  await again.trainer.close();
});
