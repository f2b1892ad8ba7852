import { expect, test } from 'vitest';
import {
  type DenoiseParameters,
  deblur,
  denoise,
  motionKernel,
  publishedDeblur,
  publishedParameters,
} from '../../src/index.js';
import { ChunkRunner, type PassPlan, passLayout, passMemory } from '../../src/patches/pass.js';
import { noisy, random, shapes } from '../random.js';

const picture = noisy(shapes(26), 20);

function plan(over: Partial<PassPlan>): PassPlan {
  const { bands, height, width } = picture;
  const { side, step, search, count, mode, rule } = publishedParameters('qwsnm', 20);
  const own = { bands, height, width, side, step, search, count, mode, rule };
  return { ...own, precision: 'single', ...over };
}

/** The matches of one pass, sorted, key by key. */
function matches(of: PassPlan, data: Float64Array): number[][] {
  const layout = passLayout(of);
  const memory = passMemory(layout);
  memory.noisy.set(data);
  memory.current.set(data);
  const runner = new ChunkRunner(of, memory);
  layout.chunks.forEach((_, chunk) => {
    const noise = { kind: 'fixed', level: 20 } as const;
    runner.run(chunk, { count: of.count, matches: 'new', noise });
  });
  return Array.from(memory.counts, (count, key) =>
    [...memory.matches.subarray(key * of.count, key * of.count + count)].sort((a, b) => a - b),
  );
}

test.each([
  ['every key', { step: 1, search: 6, count: 12 }],
  ['every third key, and the dense end', { step: 3, search: 7, count: 20 }],
  ['more patches than the window holds', { step: 2, search: 2, count: 30 }],
  ['one band', { bands: 1, mode: 'plain', step: 2, search: 9, count: 25 }],
  ['a patch as wide as the picture', { side: 26, step: 1, search: 3, count: 4 }],
  ['a window larger than the picture', { side: 7, step: 2, search: 30, count: 140 }],
] as const)('both precisions find the same patches: %s', (_, over) => {
  const next = random(5);
  // Whole numbers: distances are exact in either, and ties are many.
  const data = Float64Array.from({ length: picture.data.length }, () => Math.floor(9 * next()));
  const used = data.subarray(0, (plan(over).bands * data.length) / 3);
  const single = matches(plan(over), used);
  expect(single).toEqual(matches(plan({ ...over, precision: 'double' }), used));
});

test('of a flat picture each key gets its lowest neighbours, as in double precision', () => {
  const flat = new Float64Array(picture.data.length).fill(80);
  const over = { step: 4, search: 5, count: 10 };
  expect(matches(plan(over), flat)).toEqual(matches(plan({ ...over, precision: 'double' }), flat));
});

const few = { search: 8, iterations: 4 };

test.each<[string, DenoiseParameters, number]>([
  ['qwsnm', { ...publishedParameters('qwsnm', 20), ...few, step: 2 }, 20],
  [
    'qwsnm, p 0.8',
    {
      ...publishedParameters('qwsnm', 30),
      ...few,
      step: 3,
      rule: { kind: 'schatten', power: 0.8, constant: 56, steps: 4, reweightings: 4 },
    },
    30,
  ],
  ['qwnnm, patches larger than groups', { ...publishedParameters('qwnnm', 30), ...few }, 30],
  ['wsnm, band by band', { ...publishedParameters('wsnm', 20), ...few }, 20],
])('%s in single precision is that in double', (_, parameters, sigma) => {
  const single = denoise(picture, { sigma, parameters });
  const double = denoise(picture, { sigma, parameters: { ...parameters, precision: 'double' } });
  const off = single.data.map((value, i) => Math.abs(value - double.data[i]));
  expect(off.reduce((a, b) => a + b) / off.length).toBeLessThan(2e-3);
  expect(single.data).not.toEqual(double.data);
});

test('deblurring in single precision is that in double; without noise all stays', () => {
  const parameters = { ...publishedDeblur('qwsnm', 5), step: 4, search: 8 };
  const task = { kernel: motionKernel(5, 20), sigma: 5, parameters };
  const single = deblur(picture, task);
  const double = deblur(picture, { ...task, parameters: { ...parameters, precision: 'double' } });
  const off = single.data.map((value, i) => Math.abs(value - double.data[i]));
  expect(off.reduce((a, b) => a + b) / off.length).toBeLessThan(2e-3);
  const still = { ...publishedParameters('qwsnm', 20), ...few, lambda: 0, iterations: 1 };
  const kept = denoise(picture, { sigma: 0, parameters: still });
  expect(kept.data).toBeAllclose(picture.data, { rtol: 0, atol: 1e-4 });
});
