import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { input, type Tensor } from '../../src/core/tensor.js';
import { add, mul } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import * as optim from '../../src/optim/index.js';
import { createParams } from '../../src/params/params.js';

/** Made by scripts/make-optim-golden.py, which names PyTorch's version. */
const golden = JSON.parse(
  readFileSync(new URL('./fixtures/torch-optim.json', import.meta.url), 'utf8'),
) as {
  start: number[][];
  gradients: number[][][];
  results: Record<string, number[][]>;
  schedules: Record<string, number[]>;
};

type Case = Pick<optim.TrainStepOptions, 'optimizer' | 'lr'> & { readonly clip?: optim.Clip };

const CASES: Record<string, Case> = {
  sgd: { optimizer: optim.sgd(), lr: 0.1 },
  'sgd-momentum': { optimizer: optim.sgd({ momentum: 0.9, weightDecay: 0.02 }), lr: 0.1 },
  'sgd-nesterov': { optimizer: optim.sgd({ momentum: 0.8, form: 'nesterov' }), lr: 0.1 },
  adam: { optimizer: optim.adam(), lr: 0.01 },
  'adam-decay': {
    optimizer: optim.adam({ beta1: 0.8, beta2: 0.99, eps: 1e-6, weightDecay: 0.1 }),
    lr: 0.01,
  },
  adamw: { optimizer: optim.adamW({ weightDecay: 0.1 }), lr: 0.01 },
  'sgd-clip-norm': { optimizer: optim.sgd(), lr: 0.1, clip: { by: 'norm', max: 1.5 } },
  'sgd-clip-value': { optimizer: optim.sgd(), lr: 0.1, clip: { by: 'value', max: 0.4 } },
};

test.each(Object.keys(golden.results))('%s walks as in PyTorch', async (name) => {
  const values = golden.start.map((data) => Float32Array.from(data));
  const params = createParams();
  const shapes = [[2, 3], [4]];
  // The gradient of Σ p·g with respect to p is g.
  const loss = shapes
    .map((shape, i): Tensor => {
      const p = params.get(`p${i}`, shape, () => values[i]);
      return sum(mul(p, input(`g${i}`, shape)));
    })
    .reduce((a, b) => add(a, b));
  const trainer = await optim.createTrainer({ loss, params, threads: 1, ...CASES[name] });
  for (const [g0, g1] of golden.gradients) {
    await trainer.train({ g0: Float32Array.from(g0), g1: Float32Array.from(g1) });
  }
  await trainer.close();
  params.entries().forEach(({ slot }, i) => {
    expect(slot.data).toBeAllclose(golden.results[name][i], { rtol: 2e-6, atol: 2e-7 });
  });
});

const SCHEDULES: Record<string, optim.Schedule> = {
  step: optim.stepSchedule(0.4, { every: 6, factor: 0.5 }),
  cosine: optim.cosineSchedule(0.4, { steps: 19, min: 0.01 }),
  restarts: optim.cosineRestarts(0.4, { first: 3, multiply: 2, min: 0.01 }),
  'warm-up': optim.warmUp(() => 0.4, { steps: 8, from: 0.25 }),
};

test.each(Object.keys(golden.schedules))('schedule %s gives the rates of PyTorch', (name) => {
  const rates = golden.schedules[name].map((_, step) => SCHEDULES[name](step));
  expect(rates).toBeAllclose(golden.schedules[name], { rtol: 1e-10 });
});
