import { expect, test } from 'vitest';
import {
  blur,
  type DeblurNorms,
  type DeblurSchedule,
  deblur,
  motionKernel,
  publishedDeblur,
} from '../../src/index.js';
import { decibels, noisy, shapes } from '../random.js';

const clean = shapes(32);
const kernel = motionKernel(9, 30);
const degraded = noisy({ ...clean, ...blur(clean, kernel) }, 2);

test('a blurred picture comes nearer to the sharp one', () => {
  const parameters = { ...publishedDeblur('qwsnm', 2), step: 4, search: 10, count: 40 };
  const out = deblur(degraded, { kernel, sigma: 2, parameters });
  const [before, after] = [degraded, out].map(({ data }) => decibels(data, clean.data));
  expect(after - before).toBeGreaterThan(1.5);
});

test.each(['qwnnm', 'qwsnm'] as const)(
  '%s with a growing penalty converges in all three norms below 1e-4; released it does not',
  (method) => {
    const small = shapes(20);
    const short = motionKernel(5, 30);
    const picture = noisy({ ...small, ...blur(small, short) }, 3);
    const parameters = { ...publishedDeblur(method, 3), side: 4, step: 3, search: 6, count: 20 };
    const last = (schedule: DeblurSchedule) => {
      let norms: DeblurNorms | undefined;
      deblur(picture, {
        kernel: short,
        sigma: 3,
        parameters: { ...parameters, schedule },
        onIteration: (state) => {
          norms = state.norms;
        },
      });
      return norms!;
    };
    const growing = { kind: 'continuation', iterations: 60, growth: 1.6, tolerance: 1e-4 } as const;
    const end = last(growing);
    expect(end.iteration).toBeLessThan(60);
    for (const norm of [end.u, end.g, end.gap]) expect(norm).toBeLessThan(1e-4);
    const fixed = last({ kind: 'released', iterations: 16, multiplierStep: 0.001 });
    expect(fixed.gap).toBeGreaterThan(1e-3);
  },
);
