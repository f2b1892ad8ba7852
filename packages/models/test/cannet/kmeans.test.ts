import { compile, createSession, input, random } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { glibcRand } from '../../src/cannet/glibc-rand.js';
import { kMeans, seeds } from '../../src/cannet/kmeans.js';

async function clustersOf(data: Float32Array, dims: number, clusters: number) {
  const x = input('x', [data.length / dims, dims]);
  const { index, centres } = kMeans(x, { clusters });
  const count = Math.min(clusters, data.length / dims);
  const model = compile({ index, centres, begun: seeds(x, count) }, { weights: 'initializers' });
  const session = await createSession(model, { threads: 1 });
  const out = await session.run({ x: data });
  await session.close();
  const numbers = (name: string) => Array.from(out[name].data, Number);
  return { index: numbers('index'), centres: numbers('centres'), begun: numbers('begun') };
}

test("random numbers are the glibc's", () => {
  // As `srand(seed); rand()` prints them in C.
  expect(glibcRand(42, 4)).toEqual([71876166, 708592740, 1483128881, 907283241]);
  expect(glibcRand(1, 3)).toEqual([1804289383, 846930886, 1681692777]);
});

test('groups that lie apart are found, each with its mean', async () => {
  const source = random(5);
  const places = [
    [0, 0],
    [50, 0],
    [0, 50],
    [80, 80],
  ];
  const data = Float32Array.from({ length: 800 }, (_, i) => {
    const place = places[(i >> 1) % 4];
    return 1000 + place[i % 2] + source.normal();
  });
  const { index, centres } = await clustersOf(data, 2, 4);
  const names = new Set(index.map((k, i) => `${i % 4}:${k}`));
  expect(names.size).toBe(4);
  for (let group = 0; group < 4; group++) {
    const k = index[group];
    const mean = [0, 1].map((d) => {
      let sum = 0;
      for (let i = group; i < 400; i += 4) sum += data[2 * i + d];
      return sum / 100;
    });
    expect(centres.slice(2 * k, 2 * k + 2)).toBeAllclose(mean, { rtol: 1e-6, atol: 0 });
  }
});

test('there are no more clusters than samples, and each sample is one', async () => {
  const { index, begun } = await clustersOf(Float32Array.of(1, 2, 4, 8, 16), 1, 32);
  expect([...index].sort()).toEqual([0, 1, 2, 3, 4]);
  expect([...begun].sort()).toEqual([0, 1, 2, 3, 4]);
});

test('equal samples make one cluster and the rest stay empty', async () => {
  const { index, centres } = await clustersOf(new Float32Array(60).fill(7), 3, 4);
  expect(new Set(index)).toEqual(new Set([0]));
  expect(centres.slice(0, 3)).toEqual([7, 7, 7]);
});
