import { compile, createSession, input, random } from '@bandweave/graph';
import { imresize } from '@bandweave/image';
import { expect, test } from 'vitest';
import { centredPhase, enlargeCentred } from '../src/centred-pair.js';

test('inside, the enlargement is MATLAB-style imresize, and a ramp keeps its centres', async () => {
  const [height, width, ratio] = [9, 10, 4];
  const ms = input('ms', [1, 2, height, width]);
  const y = enlargeCentred(ms, { ratio });
  const session = await createSession(compile({ y }, { weights: 'initializers' }));
  const source = random(3);
  const data = Float32Array.from({ length: 2 * height * width }, (_, i) =>
    i < height * width ? source.uniform() : i % width,
  );
  const { y: got } = await session.run({ ms: data });
  await session.close();
  const values = got.data as Float32Array;
  const expected = imresize({ bands: 2, height, width, data }, { scale: ratio });
  const wide = width * ratio;
  const inner: [number, number][] = [];
  for (let i = 8; i < height * ratio - 8; i++) {
    for (let j = 8; j < wide - 8; j++)
      inner.push([values[i * wide + j], expected.data[i * wide + j]]);
  }
  expect(inner.map(([a]) => a)).toBeAllclose(
    inner.map(([, b]) => b),
    { atol: 1e-5 },
  );
  // Column j of PAN lies at (j - phase) / ratio of MS.
  const row = height * ratio * wide + 18 * wide;
  expect(values[row + 17]).toBeCloseTo((17 - centredPhase(ratio)) / ratio, 4);
});
