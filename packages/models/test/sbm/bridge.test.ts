import { random } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  constantBridge,
  labelOf,
  marginal,
  type Predict,
  sampleBridge,
  symmetricBridge,
  targetOf,
  timesOf,
  transition,
  velocity,
} from '../../src/sbm/index.js';

const sigma = 0.3;
const bridge = constantBridge({ sigma });
const target = Float32Array.of(0.2, -1, 3);
const source = Float32Array.of(1, 0.5, -2);
const last = <T>(list: readonly T[]) => list[list.length - 1];

async function sampled(predict: Predict, steps: number, sampler: 'ode' | 'sde' = 'ode', seed = 1) {
  const noise = random(seed);
  const states = await sampleBridge(source, {
    bridge,
    predict,
    times: timesOf(steps),
    sampler,
    noise,
  });
  return last(states);
}

test('the ends are pinned and the weights make one', () => {
  expect(marginal(bridge, 0)).toEqual({ target: 1, source: 0, deviation: 0 });
  expect(marginal(bridge, 1)).toEqual({ target: 0, source: 1, deviation: 0 });
  for (const time of [0.1, 0.37, 0.9]) {
    const { target: a, source: b } = marginal(bridge, time);
    expect(a + b).toBeCloseTo(1, 12);
    expect(b).toBeCloseTo(time, 12);
  }
});

test('a Brownian bridge is widest in the middle', () => {
  const deviations = [0.1, 0.5, 0.9].map((time) => marginal(bridge, time).deviation);
  expect(deviations).toBeAllclose([0.09, 0.15, 0.09], { atol: 1e-12 });
});

test('a step back from the marginal gives the marginal of the earlier time', () => {
  const step = transition(bridge, { from: 0.8, to: 0.4 });
  const before = marginal(bridge, 0.8).deviation ** 2;
  const variance = step.state ** 2 * before + step.deviation ** 2;
  expect(step.state ** 2 * before).toBeCloseTo(0.0036, 12);
  expect(step.deviation ** 2).toBeCloseTo(0.018, 12);
  expect(variance).toBeCloseTo(sigma ** 2 * 0.4 * 0.6, 12);
});

test.each([1, 2, 7])('in %i steps a perfect or constant network gives what it says', async (n) => {
  for (const sampler of ['ode', 'sde'] as const) {
    expect(await sampled(() => target, n, sampler)).toEqual(target);
    const wrong = Float32Array.of(9, 9, 9);
    expect(await sampled(() => wrong, n, sampler)).toEqual(wrong);
  }
});

test('a network that changes nothing leaves the source', async () => {
  expect(await sampled((x) => x, 5)).toBeAllclose(source, { atol: 1e-6 });
});

test('in the middle the velocity does not see the noise', () => {
  for (const x of [-4, 0, 2.5]) expect(velocity(0.5, { x, begin: 1, end: 3 })).toBeCloseTo(2, 12);
  expect(velocity(0.2, { x: 1.4, begin: 1, end: 3 })).toBeCloseTo(2, 12);
});

test('one step without noise is one pass of the network over the source', async () => {
  const predict: Predict = (x, time) => x.map((v) => 2 * v - time);
  expect(await sampled(predict, 1)).toBeAllclose(await predict(source, 1), { atol: 1e-6 });
});

test('a label leads back to its target', () => {
  for (const time of [0.05, 0.6, 1]) {
    const label = labelOf(bridge, time, { x: 0.7, target: -0.4 });
    expect(targetOf(bridge, time, { x: 0.7, label })).toBeCloseTo(-0.4, 12);
  }
});

test('noise comes from its seed alone, and of two ends gives the variance of theory', async () => {
  const predict: Predict = (x) => x.map((v) => 0.5 * v);
  expect(await sampled(predict, 4, 'sde', 3)).toEqual(await sampled(predict, 4, 'sde', 3));
  expect(await sampled(predict, 4, 'sde', 3)).not.toEqual(await sampled(predict, 4, 'sde', 4));
  // Target N(0, v), source = target + N(0, w): with the posterior mean as network, the law of
  // x at time t' after one step from t = 1 is known. Its variance, by the formulas of Gaussians:
  const [v, w, at] = [1, 0.5, 0.4];
  const gain = v / (v + w);
  const noise = random(11);
  const count = 20_000;
  const start = Float32Array.from({ length: count }, () => Math.sqrt(v + w) * noise.normal());
  const [middle] = await sampleBridge(start, {
    bridge,
    predict: (x) => x.map((value) => gain * value),
    times: [1, at, 0],
    sampler: 'sde',
    noise,
  });
  const variance = middle.reduce((sum, x) => sum + x * x, 0) / count;
  const mean = (1 - at) * gain + at;
  const expected = mean ** 2 * (v + w) + sigma ** 2 * at * (1 - at);
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.03);
});

test('the symmetric schedule has the values of I2SB', () => {
  const steps = symmetricBridge();
  const rows = [0, 100, 499, 900, 999].map((step) => {
    const { target: a, source: b, deviation } = marginal(steps, step);
    return [a, b, deviation];
  });
  expect(rows.flat()).toBeAllclose(
    [
      [0.99929142, 0.00070858, 0.00999646],
      [0.92306864, 0.07693136, 0.10011462],
      [0.50066036, 0.49933964, 0.18789193],
      [0.0761153, 0.92388469, 0.09962617],
      [0.00070858, 0.99929142, 0.00999646],
    ].flat(),
    { atol: 2e-8 },
  );
});

test('what makes no bridge is refused', async () => {
  expect(() => constantBridge({ sigma: 0 })).toThrow('expected a sigma above 0');
  expect(() => symmetricBridge({ steps: 7 })).toThrow('expected an even number of steps');
  expect(() => transition(bridge, { from: 0.2, to: 0.4 })).toThrow('to an earlier time');
  await expect(
    sampleBridge(source, { bridge, predict: (x) => x, times: timesOf(2), sampler: 'sde' }),
  ).rejects.toThrow('expected noise for sde');
});

test('without noise the bridge is the straight flow of flow matching', async () => {
  const flow = constantBridge({ sigma: 1e-6 });
  const [begin, end] = [0.4, -1.2];
  for (const time of [0.05, 0.3, 0.5, 0.9]) {
    const { target: a, source: b, deviation } = marginal(flow, time);
    expect(a * begin + b * end).toBeCloseTo((1 - time) * begin + time * end, 12);
    expect(deviation).toBeLessThan(1e-6);
    // On the line the velocity is the constant difference of the ends.
    expect(velocity(time, { x: a * begin + b * end, begin, end })).toBeCloseTo(end - begin, 12);
  }
  // A step of the sampler is then a step of Euler along that velocity, with noise or without.
  const predict: Predict = (x) => x.map((v) => 0.5 * v + 0.1);
  const options = { bridge: flow, predict, times: timesOf(4), noise: random(1) };
  const states = await sampleBridge(source, { ...options, sampler: 'sde' });
  let x = Float64Array.from(source);
  for (let i = 0; i < 4; i++) {
    const [from, step] = [1 - i / 4, 1 / 4];
    x = x.map((v) => v - (step * (v - (0.5 * v + 0.1))) / from);
    expect(states[i]).toBeAllclose(Float32Array.from(x), { atol: 1e-5 });
  }
});
