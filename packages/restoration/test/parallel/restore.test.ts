import {
  deblur,
  deblurOn,
  denoise,
  denoiseOn,
  motionKernel,
  passPool,
  publishedDeblur,
  publishedParameters,
} from '@bandweave/restoration';
import { afterAll, expect, test } from 'vitest';
import { noisy, shapes } from '../random.js';

const pool = passPool(2);
afterAll(() => pool.close());

const picture = noisy(shapes(24), 20);

test('two threads and this one give the same samples', async () => {
  const parameters = { ...publishedParameters('qwsnm', 20), step: 4, search: 8, iterations: 3 };
  const seen: number[] = [];
  const onIteration = (iteration: number) => seen.push(iteration);
  const alone = denoise(picture, { sigma: 20, parameters });
  const shared = await denoiseOn({ pool }, picture, { sigma: 20, parameters, onIteration });
  expect(shared.data).toEqual(alone.data);
  expect(seen).toEqual([1, 2, 3]);
  const kernel = motionKernel(5, 20);
  const blurred = { ...publishedDeblur('qwsnm', 5), step: 5, search: 8, count: 30 };
  const task = {
    kernel,
    sigma: 5,
    parameters: {
      ...blurred,
      schedule: { kind: 'released', iterations: 2, multiplierStep: 0.001 } as const,
    },
  };
  expect((await deblurOn({ pool }, picture, task)).data).toEqual(deblur(picture, task).data);
});

test('a run ends when it is told to', async () => {
  const controller = new AbortController();
  const run = denoiseOn({ pool, signal: controller.signal }, picture, {
    sigma: 20,
    parameters: { ...publishedParameters('qwsnm', 20), search: 8 },
    onIteration: () => controller.abort(new Error('enough')),
  });
  await expect(run).rejects.toThrow('enough');
});

test('regions one after another, smaller and larger, are what each is alone', async () => {
  const parameters = { ...publishedParameters('qwsnm', 20), step: 4, search: 8, iterations: 2 };
  const own = passPool(1);
  try {
    for (const side of [24, 17, 30, 24]) {
      const region = noisy(shapes(side), 20);
      const alone = denoise(region, { sigma: 20, parameters });
      const pooled = await denoiseOn({ pool: own }, region, { sigma: 20, parameters });
      expect(pooled.data).toEqual(alone.data);
    }
  } finally {
    await own.close();
  }
});

test('two pictures at once do not share their memory', async () => {
  const parameters = { ...publishedParameters('qwsnm', 20), step: 5, search: 6, iterations: 2 };
  const pictures = [noisy(shapes(22), 20), noisy(shapes(25), 20, 3)];
  const together = await Promise.all(
    pictures.map((one) => denoiseOn({ pool }, one, { sigma: 20, parameters })),
  );
  pictures.forEach((one, i) => {
    expect(together[i].data).toEqual(denoise(one, { sigma: 20, parameters }).data);
  });
});
