import { compile, createSession, input } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { missingStructure } from '../src/structure.js';

const [height, width] = [32, 48];

async function missing(x: Float32Array, y: Float32Array): Promise<number> {
  const shape = [1, 1, height, width];
  const output = missingStructure(input('x', shape), input('y', shape));
  const session = await createSession(compile({ output }, { weights: 'initializers' }));
  const result = await session.run({ x, y });
  await session.close();
  return (result.output.data as Float32Array)[0];
}

const image = Float32Array.from(
  { length: height * width },
  (_, i) => Math.sin(i * 0.7) + Math.cos((i % width) / 3) + ((i * 37) % 11) / 11,
);

test('an image lacks nothing of itself, and a constant beside it is of no account', async () => {
  expect(await missing(image, image)).toBeCloseTo(0, 5);
  expect(
    await missing(
      image.map((v) => v + 2),
      image,
    ),
  ).toBeCloseTo(0, 4);
});

test('it is one less the mean of the universal index without its means', async () => {
  const other = image.map((v, i) => 0.6 * v + 0.2 * Math.sin(i));
  let sum = 0;
  for (let row = 0; row < height; row += 16) {
    for (let col = 0; col < width; col += 16) {
      const pick = (from: Float32Array) =>
        Array.from({ length: 256 }, (_, i) => from[(row + (i >> 4)) * width + col + (i & 15)]);
      const [a, b] = [pick(other), pick(image)];
      const mean = (v: number[]) => v.reduce((p, q) => p + q, 0) / v.length;
      const [ma, mb] = [mean(a), mean(b)];
      const covariance = mean(a.map((v, i) => (v - ma) * (b[i] - mb)));
      const spread = mean(a.map((v) => (v - ma) ** 2)) + mean(b.map((v) => (v - mb) ** 2));
      sum += (2 * covariance + 1e-3) / (spread + 1e-3) / 6;
    }
  }
  expect(await missing(other, image)).toBeCloseTo(1 - sum, 4);
  // Detail that is damped costs something, as mean differences alone would not tell.
  expect(
    await missing(
      image.map((v) => 0.5 * v),
      image,
    ),
  ).toBeGreaterThan(0.1);
});
