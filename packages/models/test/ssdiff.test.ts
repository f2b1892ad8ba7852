import { createParams, input } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  cosineNoise,
  dampLow,
  respaced,
  sampleSteps,
  ssDiff,
  ssDiffConfigFrom,
  usedBySsDiff,
} from '../src/ssdiff/index.js';
import { countOf, runRandomly } from './run-graph.js';

function traced(config: { msBands: number; panBands: number; ratio: number }, [h, w]: number[]) {
  const { msBands, panBands, ratio } = config;
  const size = [h * ratio, w * ratio];
  const inputs = {
    ms: input('ms', [1, msBands, h, w]),
    lms: input('lms', [1, msBands, ...size]),
    pan: input('pan', [1, panBands, ...size]),
  };
  const params = createParams({ seed: 3 });
  const state = input('state', [1, msBands, ...size]);
  const output = ssDiff(config, params, { ...inputs, state, time: input('time', [1]) });
  return { params, output, inputs, state };
}

test('it has the published numbers of parameters, less the 26 tensors that nothing looks at', () => {
  const count = (msBands: number) =>
    countOf(traced({ msBands, panBands: 1, ratio: 4 }, [1, 1]).params);
  // Two pairs of running statistics of 32 channels are no parameters.
  const unused = (msBands: number) => {
    const raised = 2 * (32 * 32 * 9 + 32);
    const state = msBands * 32 * 9 + 32;
    const pooled = (c: number) => c * 2 * c + 2 * c + 2 * c * 9 + 2 * c;
    const enlarged = (c: number) => c * c * 4 + c + c * (c / 2) + c / 2 + (c / 2) * 9 + c / 2;
    return raised + state + pooled(32) + pooled(64) + enlarged(128) + enlarged(64);
  };
  expect(count(8) - 128).toBe(1_426_616 - unused(8));
  expect(count(4) - 128).toBe(1_413_940 - unused(4));
});

test('other bands, guides and ratios run, and the configuration is read back', async () => {
  const config = { msBands: 3, panBands: 2, ratio: 2 };
  const { params, output } = traced(config, [4, 6]);
  expect(ssDiffConfigFrom(params.stateDict())).toEqual(config);
  expect(usedBySsDiff(params.stateDict()).size).toBe(params.stateDict().size);
  expect(output.shape).toEqual([1, 3, 8, 12]);
  expect((await runRandomly(output)).every(Number.isFinite)).toBe(true);
});

test('the low frequencies are damped as by masking four coefficients of the transform', async () => {
  const [h, w, gain] = [6, 4, 0.3];
  const y = input('y', [1, 1, h, w]);
  const got = await runRandomly(dampLow(y, { gain }), 5);
  const plain = await runRandomly(dampLow(y, { gain: 1 }), 5);
  const expected = maskedByHand(plain, [h, w], gain);
  expect(got).toBeAllclose(expected, { atol: 1e-6 });
});

/** Fourier there, four bins times `gain`, and back, by the definition. */
function maskedByHand(values: Float32Array, [h, w]: number[], gain: number): number[] {
  const out = new Array(h * w).fill(0);
  for (let k = 0; k < h; k++) {
    for (let l = 0; l < w; l++) {
      let [re, im] = [0, 0];
      for (let p = 0; p < h * w; p++) {
        const angle = -2 * Math.PI * ((k * Math.floor(p / w)) / h + (l * (p % w)) / w);
        re += values[p] * Math.cos(angle);
        im += values[p] * Math.sin(angle);
      }
      const damped = (k === 0 || k === h - 1) && (l === 0 || l === w - 1) ? gain : 1;
      for (let p = 0; p < h * w; p++) {
        const angle = 2 * Math.PI * ((k * Math.floor(p / w)) / h + (l * (p % w)) / w);
        out[p] += (damped * (re * Math.cos(angle) - im * Math.sin(angle))) / (h * w);
      }
    }
  }
  return out;
}

test('schedules have the published numbers, and refuse what no stride leaves', () => {
  const whole = cosineNoise(1000);
  expect(whole.betas[0]).toBeCloseTo(4.128422482196914e-5, 16);
  expect(whole.kept[500]).toBeCloseTo(0.49228517244880304, 12);
  const ten = respaced(whole, 10);
  expect(ten.steps).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  expect(ten.betas[9]).toBeCloseTo(0.7464389973863479, 12);
  expect(ten.kept[9]).toBeCloseTo(0.02361610879439386, 12);
  expect(() => respaced(whole, 900)).toThrow('expected a number of steps that a stride');
});

test('a sampled image is within 0 and 1, and both states end in it', async () => {
  const config = { msBands: 2, panBands: 1, ratio: 4 };
  const { params, inputs, state: noise } = traced(config, [1, 2]);
  for (const state of ['residual', 'image'] as const) {
    const steps = sampleSteps(config, params, { ...inputs, noise }, { steps: 2, state });
    const image = await runRandomly(steps[1].image);
    expect(image.every((value) => value >= 0 && value <= 1)).toBe(true);
    const end = await runRandomly(steps[1].state);
    const lms =
      state === 'residual' ? await runRandomly(dampLow(inputs.lms, { gain: 1 })) : undefined;
    expect(lms ? end.length : end).toEqual(lms ? lms.length : image);
  }
});
