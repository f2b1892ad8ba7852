import { expect, test } from 'vitest';
import {
  addNoise,
  ddimStep,
  invert,
  invertStep,
  noiseSchedule,
  sampleLatent,
  timestepsOf,
  trainingTarget,
  velocity,
} from '../src/index.js';
import { wave } from './run-graph.js';

const schedule = noiseSchedule();
const clean = wave(40);
const noise = wave(40, 2);

test("Stable Diffusion's schedule has the values that diffusers gives", () => {
  // diffusers 0.11.1, DDIMScheduler with the settings of Stable Diffusion 1.x.
  expect(schedule.betas[0]).toBeCloseTo(0.00085, 8);
  expect(schedule.betas[999]).toBeCloseTo(0.012, 8);
  expect(schedule.kept[0]).toBeCloseTo(0.99915, 6);
  expect(schedule.kept[999]).toBeCloseTo(0.0046601, 5);
  expect(schedule.keptBelow).toBe(schedule.kept[0]);
  expect(timestepsOf(schedule, 4)).toEqual([751, 501, 251, 1]);
  expect(timestepsOf(schedule, 50).slice(-3)).toEqual([41, 21, 1]);
  expect(timestepsOf(schedule, 1000)[0]).toBe(999);
  expect(() => timestepsOf(schedule, 1001)).toThrow('1 to 1000 steps, got 1001');
});

test.each(['epsilon', 'v_prediction', 'sample'])('%s: the true answer leads back', (kind) => {
  const own = noiseSchedule({ clip_sample: false, prediction_type: kind, beta_schedule: 'linear' });
  const t = 601;
  const sample = addNoise(own, clean, { noise, t });
  const output = trainingTarget(own, clean, { noise, t });
  const step = ddimStep(own, sample, { steps: 10, output, t });
  expect(step.clean).toBeAllclose(clean, { atol: 1e-4 });
  expect(step.previous).toBeAllclose(addNoise(own, clean, { noise, t: 501 }), { atol: 1e-5 });
});

test('with eta the variance is that of the step before, part of it drawn anew', () => {
  const t = 601;
  const [a, b] = [schedule.kept[601], schedule.kept[501]];
  const zero = new Float32Array(40);
  const drawn = ddimStep(schedule, zero, { steps: 10, output: zero, t, eta: 1, noise });
  const spread = Math.sqrt(((1 - b) / (1 - a)) * (1 - a / b));
  expect(drawn.previous).toBeAllclose(
    noise.map((v) => spread * v),
    { atol: 1e-6 },
  );
  expect(() => ddimStep(schedule, zero, { steps: 10, output: zero, t, eta: 1 })).toThrow(
    'expected 40 values of each, got none',
  );
});

test('a clean sample is limited where the schedule says so', () => {
  const own = noiseSchedule({ clip_sample: true });
  const step = ddimStep(own, clean, { steps: 10, output: noise, t: 901 });
  expect(Math.max(...step.clean)).toBeLessThanOrEqual(1);
  expect(Math.min(...step.clean)).toBeGreaterThanOrEqual(-1);
});

test('velocity is what turns sample and noise into each other', () => {
  const v = velocity(schedule, clean, { noise, t: 300 });
  const x = addNoise(schedule, clean, { noise, t: 300 });
  const [a, b] = [Math.sqrt(schedule.kept[300]), Math.sqrt(1 - schedule.kept[300])];
  expect(x.map((value, i) => a * value - b * v[i])).toBeAllclose(clean, { atol: 1e-5 });
});

test('where the prediction does not change, inversion and sampling are each other backwards', async () => {
  const fixed = async (_: Float32Array, __: number, texts: readonly Float32Array[]) =>
    texts.map(() => noise);
  const seen: number[] = [];
  const way = { schedule, predict: fixed, steps: 20 };
  const onStep = (step: number) => seen.push(step);
  const far = await invert(clean, new Float32Array(1), { ...way, onStep });
  expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(far).not.toBeAllclose(clean, { atol: 0.1 });
  const texts = { text: new Float32Array(1), away: new Float32Array(1) };
  const back = await sampleLatent(far, { ...way, ...texts });
  expect(back).toBeAllclose(clean, { atol: 2e-4 });
  const one = invertStep(schedule, clean, { steps: 20, output: noise, t: 51 });
  const again = ddimStep(schedule, one, { steps: 20, output: noise, t: 51 });
  expect(again.previous).toBeAllclose(clean, { atol: 1e-5 });
});

test('guidance goes beyond the prompt, and 1 asks for the prompt alone', async () => {
  const asked: number[] = [];
  const predict = async (x: Float32Array, _: number, texts: readonly Float32Array[]) => {
    asked.push(texts.length);
    return texts.map((text) => x.map(() => text[0]));
  };
  const [text, away] = [Float32Array.of(2), Float32Array.of(1)];
  const options = { schedule, predict, steps: 1, text, away };
  const guided = await sampleLatent(clean, { ...options, guidance: 3 });
  const plain = ddimStep(schedule, clean, { steps: 1, output: clean.map(() => 4), t: 1 });
  expect(guided).toBeAllclose(plain.previous, { atol: 1e-6 });
  await sampleLatent(clean, { ...options, guidance: 1 });
  expect(asked).toEqual([2, 1]);
  const stopped = AbortSignal.abort();
  await expect(sampleLatent(clean, { ...options, signal: stopped })).rejects.toThrow('abort');
});

test('schedules of another kind are told in one line', () => {
  expect(() => noiseSchedule({ beta_schedule: 'sigmoid' })).toThrow(
    'scheduler/scheduler_config.json: expected beta_schedule as linear or scaled_linear or squaredcos_cap_v2, got "sigmoid"',
  );
  expect(() => noiseSchedule({ num_train_timesteps: 1e6 })).toThrow('at most 100000');
  expect(() => noiseSchedule({ beta_end: 2 })).toThrow('rates between 0 and 1');
  expect(noiseSchedule({ beta_schedule: 'squaredcos_cap_v2' }).betas[999]).toBeCloseTo(0.999, 6);
});
