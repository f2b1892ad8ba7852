import { expect, test } from 'vitest';
import * as optim from '../../src/optim/index.js';
import { ADAPTER_NAMES, mergeAdapters, withAdapters } from '../../src/params/adapters.js';
import { createParams } from '../../src/params/params.js';
import { batchAt, smallNetwork } from '../optim/small-network.js';
import { evaluate } from '../support/evaluate.js';

const OPTIONS = { match: /weight$/, rank: 2, alpha: 3 };

test('adapters change nothing at first, are trained alone, and merge into plain weights', async () => {
  const base = createParams({ seed: 5 });
  const params = withAdapters(base, OPTIONS);
  const adapted = smallNetwork(2, params);
  const plain = smallNetwork(2, createParams({ seed: 5 }));
  const { x } = batchAt(7, 2);
  const run = (net: typeof plain) =>
    evaluate([net.out], {
      x,
      ...Object.fromEntries(net.params.entries().map((e) => [e.name, e.slot.data])),
    });
  const first = (await run(plain))[0];
  expect((await run(adapted))[0]).toEqual(first);
  const before = base.entries().map((e) => e.slot.data.slice());
  const trainer = await optim.createTrainer({
    ...adapted,
    threads: 1,
    optimizer: optim.adam(),
    lr: 0.05,
    groups: [{ match: (name) => !ADAPTER_NAMES.test(name), mode: 'freeze' }],
  });
  const losses: number[] = [];
  for (let i = 0; i < 5; i++) losses.push((await trainer.train(batchAt(0, 2))).loss);
  await trainer.close();
  expect(losses[4]).toBeLessThan(losses[0]);
  expect(base.entries().map((e) => e.slot.data)).toEqual(before);
  const trained = (await run(adapted))[0];
  expect(Math.max(...trained.map((v, i) => Math.abs(v - first[i])))).toBeGreaterThan(1e-3);
  const weights = mergeAdapters(params.stateDict(), OPTIONS);
  const merged = smallNetwork(2, createParams({ weights }));
  merged.params.finish();
  expect((await run(merged))[0]).toBeAllclose(trained, { rtol: 1e-5, atol: 1e-6 });
});

test('a rank that does not fit is refused', () => {
  const params = withAdapters(createParams(), OPTIONS);
  params.scope('layer').get('weight', [4, 6]);
  expect(params.entries().map((e) => [e.name, e.shape])).toEqual([
    ['layer.weight', [4, 6]],
    ['layer.weight.lora_A', [2, 6]],
    ['layer.weight.lora_B', [4, 2]],
  ]);
  expect(() => mergeAdapters(params.stateDict(), { rank: 3 })).toThrow(
    'expected adapters of rank 3, got [2,6] and [4,2]',
  );
  expect(() => withAdapters(createParams(), { match: /./, rank: 0 })).toThrow('rank of 1 or more');
});
