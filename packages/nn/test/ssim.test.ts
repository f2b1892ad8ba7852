import { compile, createSession, grad, input } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { ssim } from '../src/index.js';

const [height, width] = [12, 14];
const wave = (phase: number) =>
  Float32Array.from({ length: 2 * height * width }, (_, at) => {
    const c = Math.floor(at / (height * width));
    const i = Math.floor(at / width) % height;
    return 0.5 + 0.5 * Math.sin(phase + 0.7 * i + 0.31 * (at % width) * (c + 1));
  });

test('value and gradient are those of PyTorch in float64', async () => {
  const x = input('x', [1, 2, height, width]);
  const y = input('y', [1, 2, height, width]);
  const value = ssim(x, y);
  const [dy] = grad(value, [y]);
  const session = await createSession(compile({ value, dy }, { weights: 'initializers' }));
  const feeds = { x: wave(0), y: wave(0.4).map((v) => 0.9 * v + 0.05) };
  const got = await session.run(feeds);
  const same = await session.run({ x: feeds.x, y: feeds.x });
  await session.close();
  // PyTorch 1.13 on the CPU, the same Gaussian as one 11 x 11 kernel.
  expect(got.value.data[0]).toBeCloseTo(0.9213524279774363, 5);
  const slope = got.dy.data as Float32Array;
  const at = (c: number, i: number, j: number) => slope[(c * height + i) * width + j];
  expect([at(0, 0, 0), at(0, 5, 6), at(1, 11, 13), at(1, 3, 2)]).toBeAllclose(
    [-0.0013939091965400811, -0.005933663849134003, 0.001357659630195623, 0.003855192417857299],
    { atol: 2e-6 },
  );
  expect(same.value.data[0]).toBeCloseTo(1, 6);
});
