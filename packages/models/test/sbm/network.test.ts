import { adam, createParams, createTrainer, input, random } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { distance, NETWORKS, type TrainingContext } from '../../src/index.js';
import { runSampling } from '../../src/run-sampling.js';
import {
  bridgeSampling,
  constantBridge,
  estimate,
  type Prediction,
  SBM_SIZES,
  type SbmConfig,
  sampleBridge,
  sbm,
  sbmConfigFrom,
  timesOf,
  velocity,
} from '../../src/sbm/index.js';
import { residualOf } from '../../src/sbm/matching.js';
import { countOf, runGraph } from '../run-graph.js';

const config: SbmConfig & { schedule: 'constant' } = {
  panBands: 1,
  msBands: 2,
  ratio: 4,
  channels: 4,
  blocks: 1,
  deep: 1,
  schedule: 'constant',
  sigma: 0.3,
  prediction: 'target',
};

function inputs(side = 8, batch = 1) {
  return {
    pan: input('pan', [batch, 1, side, side]),
    lms: input('lms', [batch, 2, side, side]),
    state: input('state', [batch, 2, side, side]),
    time: input('time', [batch]),
  };
}

const drawn = (length: number, seed: number) => {
  const source = random(seed);
  return Float32Array.from({ length }, () => source.normal());
};

/** Weights away from their zeros, so that everything acts. */
function stirred(seed = 4) {
  const params = createParams({ seed });
  sbm(config, params, inputs());
  const source = random(9);
  for (const { slot } of params.entries()) {
    if (slot.data.every((v) => v === 0)) slot.data = slot.data.map(() => 0.1 * source.normal());
  }
  return params;
}

test('at first it gives the enlarged MS, whatever the state', async () => {
  const params = createParams({ seed: 1 });
  const out = estimate(config, params, inputs());
  const feeds = { pan: drawn(64, 1), lms: drawn(128, 2), state: drawn(128, 3), time: [0.4] };
  const { out: residual } = await runGraph({ out }, { ...feeds, time: Float32Array.of(0.4) });
  expect(residual.every((v) => v === 0)).toBe(true);
});

test('the full network has 1.04 million parameters for eight bands, and reads its sizes back', () => {
  const params = createParams({ seed: 1 });
  const whole: SbmConfig = { ...config, ...SBM_SIZES, msBands: 8 };
  sbm(whole, params, {
    pan: input('pan', [1, 1, 4, 4]),
    lms: input('lms', [1, 8, 4, 4]),
    state: input('state', [1, 8, 4, 4]),
    time: input('time', [1]),
  });
  expect(countOf(params)).toBe(1_041_928);
  expect(sbmConfigFrom(params.stateDict(), { sigma: SBM_SIZES.sigma })).toEqual(whole);
});

test('every input is looked at', async () => {
  const params = stirred();
  const out = estimate(config, params, inputs());
  const feeds = {
    pan: drawn(64, 1),
    lms: drawn(128, 2),
    state: drawn(128, 3),
    time: Float32Array.of(0.4),
  };
  const { out: once } = await runGraph({ out }, feeds);
  for (const name of ['pan', 'lms', 'state', 'time'] as const) {
    const changed = { ...feeds, [name]: feeds[name].map((v) => v + 0.1) };
    const { out: other } = await runGraph({ out }, changed);
    expect(Math.max(...other.map((v, i) => Math.abs(v - once[i])))).toBeGreaterThan(1e-5);
  }
});

// What the pure functions say a network ought to predict, turned back into the residual.
test.each(['target', 'label', 'velocity'] as const)(
  'a perfect %s stands for the residual',
  async (prediction: Prediction) => {
    const [residual, time] = [drawn(128, 5), 0.35];
    const noise = drawn(128, 6);
    const bridge = constantBridge({ sigma: 0.3 });
    const deviation = 0.3 * Math.sqrt(time * (1 - time));
    const state = residual.map((r, i) => (1 - time) * r + deviation * noise[i]);
    const perfect = {
      target: residual,
      label: state.map((x, i) => (x - residual[i]) / Math.sqrt(bridge.fromTarget(time))),
      velocity: state.map((x, i) => velocity(time, { x, begin: residual[i], end: 0 })),
    };
    const shape = [1, 2, 8, 8];
    const out = residualOf({ ...config, prediction }, input('prediction', shape), {
      state: input('state', shape),
      time: input('time', [1]),
    });
    const { out: got } = await runGraph(
      { out },
      {
        prediction: perfect[prediction],
        ...(prediction === 'target' ? {} : { state, time: Float32Array.of(time) }),
      },
    );
    expect(got).toBeAllclose(residual, { atol: 2e-6 });
  },
);

test.each(['ode', 'sde'] as const)('%s steps are those of the bridge', async (sampler) => {
  const sampling = bridgeSampling(config);
  const evaluate = (state: Float32Array, time: number) => state.map((v) => 0.3 * v + time);
  const lms = new Float32Array(6).fill(2);
  const list = Array.from({ length: 6 }, (_, i) => drawn(6, i));
  const image = await runSampling(sampling.plan({ sampler, steps: 4 }), {
    lms,
    evaluate: async (state, time) => evaluate(state, time),
    noise: (step) => list[step],
  });
  const numbers = list.slice(1).flatMap((part) => [...part]);
  const states = await sampleBridge(new Float32Array(6), {
    bridge: constantBridge({ sigma: 0.3 }),
    predict: evaluate,
    times: timesOf(4),
    sampler,
    noise: { normal: () => numbers.shift()! },
  });
  expect(image).toBeAllclose(
    states[3].map((v) => v + 2),
    { atol: 1e-6 },
  );
});

test('the symmetric schedule is sampled at whole steps and ends in the estimate', () => {
  const plan = bridgeSampling({ ...config, schedule: 'symmetric' }).plan({
    sampler: 'sde',
    steps: 5,
  });
  expect(plan.steps.map(({ time }) => Math.round(time * 999))).toEqual([999, 799, 599, 400, 200]);
  expect(plan.steps[4]).toMatchObject({ prediction: 1, state: 0, deviation: 0 });
  expect(() => bridgeSampling(config).plan({ sampler: 'ddim', steps: 5 })).toThrow(
    'expected the sampler ode or sde',
  );
});

/** The training loss of a variant, and what it is fed with. */
function objectiveOf(variant: string) {
  const network = NETWORKS.find(({ name }) => name === 'sbm')!;
  const made = network.create({
    panBands: 1,
    msBands: 2,
    ratio: 4,
    sizes: { channels: 4, blocks: 1, deep: 1, sigma: 0.3 },
    ...(variant === '' ? {} : { variant }),
  });
  const params = createParams({ seed: 1 });
  const feeds: Record<string, Float32Array> = {};
  const training: TrainingContext = {
    random: (name, shape, kind) => {
      const source = random(name.length);
      const length = shape.reduce((a, b) => a * b, 1);
      feeds[name] = Float32Array.from({ length }, () => source[kind]());
      return input(name, shape);
    },
    keep: () => {},
    distance: (a, b) => distance('l1', a, b),
  };
  const batch = {
    pan: input('pan', [4, 1, 8, 8]),
    ms: input('ms', [4, 2, 2, 2]),
    lms: input('lms', [4, 2, 8, 8]),
    target: input('target', [4, 2, 8, 8]),
  };
  const loss = made.objective!(params, batch, training);
  const images = { pan: drawn(256, 1), lms: drawn(512, 2), target: drawn(512, 3) };
  return { params, loss, feeds: { ...feeds, ...images } };
}

test.each(['', 'velocity'])(
  'training lowers the loss: %s',
  async (variant) => {
    const { params, loss, feeds } = objectiveOf(variant);
    const trainer = await createTrainer({ params, loss, optimizer: adam(), lr: 5e-3, threads: 1 });
    const losses = [];
    for (let i = 0; i < 20; i++) losses.push((await trainer.train(feeds)).loss);
    await trainer.close();
    expect(losses[19]).toBeLessThan(0.95 * losses[0]);
  },
  60_000,
);

// The network gives zero at first, so its loss is the mean size of what it is to predict.
test('at first the loss is the size of what is to be predicted', async () => {
  const lossOf = async (variant: string) => {
    const { loss, feeds } = objectiveOf(variant);
    const { loss: value } = await runGraph({ loss }, feeds);
    return { value: value[0], feeds };
  };
  const { value, feeds } = await lossOf('');
  const residual = feeds.target.map((v, i) => v - feeds.lms[i]);
  const mean = residual.reduce((sum, v) => sum + Math.abs(v), 0) / residual.length;
  expect(value).toBeCloseTo(mean, 5);
  for (const variant of ['symmetric', 'diffusion', 'regression']) {
    expect((await lossOf(variant)).value).toBeCloseTo(mean, 5);
  }
  // (x - r) / s with x on the constant bridge, by hand.
  const { noise, time: drawnTimes } = feeds;
  const label = residual.reduce((sum, r, i) => {
    const t = 1e-3 + (1 - 1e-3) * drawnTimes[Math.floor(i / 128)];
    const x = (1 - t) * r + 0.3 * Math.sqrt(t * (1 - t)) * noise[i];
    return sum + Math.abs((x - r) / (0.3 * Math.sqrt(t)));
  }, 0);
  expect((await lossOf('label')).value).toBeCloseTo(label / residual.length, 4);
}, 60_000);
