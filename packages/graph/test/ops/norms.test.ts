import { expect, test } from 'vitest';
import { grad } from '../../src/core/grad.js';
import { input, type Tensor } from '../../src/core/tensor.js';
import * as ops from '../../src/ops/index.js';
import { apply, checkGradient, evaluate, normals } from '../support/evaluate.js';

const shape = [3, 4, 2, 3];
const x = { shape, values: normals(72, 1).map((v, i) => v * (1 + (i % 5)) + 2) };
const weight = { shape: [4], values: [1, -2, 0.5, 3] };
const bias = { shape: [4], values: [0.1, 0, -1, 2] };

/** Normalises the elements that share a key, in float64, then scales them per channel. */
function reference(keyOf: (n: number, c: number) => string, eps: number): number[] {
  const groups = new Map<string, number[]>();
  x.values.forEach((_, i) => {
    const key = keyOf(Math.floor(i / 24), Math.floor(i / 6) % 4);
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const y: number[] = [];
  for (const at of groups.values()) {
    const mean = at.reduce((s, i) => s + x.values[i], 0) / at.length;
    const variance = at.reduce((s, i) => s + (x.values[i] - mean) ** 2, 0) / at.length;
    for (const i of at) {
      const c = Math.floor(i / 6) % 4;
      y[i] = ((x.values[i] - mean) / Math.sqrt(variance + eps)) * weight.values[c] + bias.values[c];
    }
  }
  return y;
}

test.each([
  ['one group', 1, () => 'all'],
  ['pairs of channels', 2, (c: number) => String(c >> 1)],
  ['each channel', 4, String],
] as const)('group norm over %s has the right values and gradient', async (_, groups, keyOf) => {
  const y = await apply(
    (t, w, b) => ops.groupNorm(t, { groups, weight: w, bias: b }),
    [x, weight, bias],
  );
  const expected = reference((n, c) => `${n} ${keyOf(c)}`, 1e-5);
  expect(y).toBeAllclose(expected, { rtol: 1e-4, atol: 1e-5 });
  await checkGradient(
    (t, w, b) => ops.groupNorm(t, { groups, weight: w, bias: b }),
    [{ shape: [2, 4, 3] }, weight, bias],
    { rtol: 1e-4, atol: 1e-7 },
  );
});

test('instance norm is group norm with a group per channel', async () => {
  const y = await apply(
    (t, w, b) => ops.instanceNorm(t, { weight: w, bias: b }),
    [x, weight, bias],
  );
  expect(y).toBeAllclose(
    reference((n, c) => `${n} ${c}`, 1e-5),
    { rtol: 1e-4, atol: 1e-5 },
  );
  await checkGradient(
    (t, w, b) => ops.instanceNorm(t, { weight: w, bias: b }),
    [{ shape: [2, 4, 5] }, weight, bias],
    { rtol: 1e-4, atol: 1e-7 },
  );
});

test('channel norm is layer norm with the channels last', async () => {
  const moved = await apply(
    (t, w, b) => {
      const last = ops.layerNorm(ops.transpose(t, [0, 2, 3, 1]), w, { bias: b, eps: 1e-6 });
      return ops.transpose(last, [0, 3, 1, 2]);
    },
    [x, weight, bias],
  );
  const y = await apply((t, w, b) => ops.channelNorm(t, w, { bias: b }), [x, weight, bias]);
  expect(y).toBeAllclose(moved, { rtol: 1e-4, atol: 1e-5 });
  await checkGradient(
    (t, w, b) => ops.channelNorm(t, w, { bias: b }),
    [{ shape: [2, 4, 3] }, weight, bias],
    { rtol: 1e-4, atol: 1e-7 },
  );
});

test('batch norm in training uses and gathers the statistics of the batch', async () => {
  const tensors = [input('x', shape), ...['w', 'b', 'm', 'v'].map((n) => input(n, [4]))];
  const [t, w, b, runningMean, runningVariance] = tensors;
  const trained = ops.batchNormTraining(t, { weight: w, bias: b, runningMean, runningVariance });
  const [y, mean, variance] = await evaluate(
    [trained.y, trained.runningMean, trained.runningVariance],
    {
      x: Float32Array.from(x.values),
      w: Float32Array.from(weight.values),
      b: Float32Array.from(bias.values),
      m: Float32Array.of(1, 2, 3, 4),
      v: Float32Array.of(5, 6, 7, 8),
    },
  );
  expect(y).toBeAllclose(
    reference((_n, c) => String(c), 1e-5),
    { rtol: 1e-4, atol: 1e-5 },
  );
  for (let c = 0; c < 4; c++) {
    const own = x.values.filter((_, i) => Math.floor(i / 6) % 4 === c);
    const mu = own.reduce((s, v) => s + v) / 18;
    const unbiased = own.reduce((s, v) => s + (v - mu) ** 2, 0) / 17;
    expect([mean[c], variance[c]]).toBeAllclose(
      [0.9 * (1 + c) + 0.1 * mu, 0.9 * (5 + c) + 0.1 * unbiased],
      { rtol: 1e-5 },
    );
  }
});

test('batch norm has right gradients in training and with given statistics', async () => {
  const tolerance = { rtol: 1e-4, atol: 1e-6 };
  await checkGradient(
    (t, w, b) => {
      const running = { runningMean: w, runningVariance: w };
      return ops.batchNormTraining(t, { weight: w, bias: b, ...running }).y;
    },
    [{ shape: [3, 4, 2] }, weight, bias],
    tolerance,
  );
  await checkGradient(
    (t, w, b, mean, v) => {
      const variance = ops.add(ops.square(v), 0.5);
      return ops.batchNorm(t, { weight: w, bias: b, mean, variance });
    },
    [{ shape: [3, 4, 2] }, weight, bias, { shape: [4] }, { shape: [4] }],
    tolerance,
  );
});

test('batch norm with given statistics is one line through each channel', async () => {
  const y = await apply(
    (t, mean, variance) => ops.batchNorm(t, { mean, variance, eps: 0 }),
    [
      { shape: [1, 2, 2], values: [1, 2, 3, 4] },
      { shape: [2], values: [1, 2] },
      { shape: [2], values: [4, 16] },
    ],
  );
  expect(y).toBeAllclose([0, 0.5, 0.25, 0.5], { atol: 1e-6 });
});

test('gradients of gradients go through normalisation', async () => {
  const slope = (t: Tensor) => grad(ops.sum(ops.exp(ops.instanceNorm(t, { eps: 0.1 }))), [t])[0];
  await checkGradient(slope, [{ shape: [1, 2, 4] }], { rtol: 1e-4, atol: 1e-6 });
});

test('what does not fit the channels is refused', () => {
  const t = input('x', [2, 6, 4, 4]);
  const five = input('w', [5]);
  expect(() => ops.groupNorm(t, { groups: 4 })).toThrow(
    'groupNorm: expected groups that divide 6 channels, got 4.',
  );
  expect(() => ops.instanceNorm(t, { weight: five })).toThrow(
    'instanceNorm: expected [6] for each channel, got [5].',
  );
  expect(() => ops.batchNorm(t, { mean: five, variance: five })).toThrow('batchNorm: expected [6]');
  const running = { runningMean: five, runningVariance: five };
  expect(() => ops.batchNormTraining(input('y', [1, 5]), running)).toThrow(
    'more than one element per channel',
  );
  expect(() => ops.channelNorm(t, five)).toThrow('channelNorm: expected [6]');
});
