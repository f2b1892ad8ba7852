import {
  compile,
  createParams,
  createSession,
  input,
  random,
  type Target,
  type Tensor,
} from '@bandweave/graph';
import { expect, test } from 'vitest';
import { mambaBlocks } from '../src/mamba-block.js';
import { ss2d } from '../src/ss2d.js';

const data = (n: number, seed: number) => {
  const source = random(seed);
  return Float32Array.from({ length: n }, () => source.normal());
};

async function run(
  outputs: Record<string, Tensor>,
  feeds: Record<string, Float32Array>,
  provider: Target['provider'] = 'cpu',
) {
  const model = compile(outputs, { weights: 'initializers', target: { provider } });
  const session = await createSession(model, { threads: 1 });
  const results = await session.run(feeds);
  await session.close();
  return results;
}

const options = { directions: 'four', height: 2, width: 4 } as const;

test('blocks scanned together give what each gives alone', async () => {
  const params = createParams({ seed: 3 });
  const [x, y] = [input('x', [2, 8, 16]), input('y', [2, 8, 16])];
  const jobs = [
    { params: params.scope('a'), x },
    { params: params.scope('b'), x: y },
  ];
  const [a, b] = mambaBlocks(jobs, options);
  const [[aloneA], [aloneB]] = jobs.map((job) => mambaBlocks([job], options));
  const out = await run({ a, b, aloneA, aloneB }, { x: data(256, 1), y: data(256, 2) });
  expect(out['a'].data as Float32Array).toBeAllclose(out['aloneA'].data as Float32Array, {
    atol: 1e-6,
  });
  expect(out['b'].data as Float32Array).toBeAllclose(out['aloneB'].data as Float32Array, {
    atol: 1e-6,
  });
});

test('the second input steers the scan', async () => {
  const params = createParams({ seed: 3 });
  const [x, steer] = [input('x', [1, 8, 16]), input('steer', [1, 8, 16])];
  const [y] = mambaBlocks([{ params, x, steer }], options);
  const feed = (seed: number) => run({ y }, { x: data(128, 1), steer: data(128, seed) });
  const [a, b] = [await feed(2), await feed(3)];
  expect(a['y'].data as Float32Array).not.toBeAllclose(b['y'].data as Float32Array, { atol: 1e-4 });
});

test('blocks lowered for WebGPU, without loops, give the same', async () => {
  const params = createParams({ seed: 4 });
  const [x, steer] = [input('x', [2, 8, 16]), input('steer', [2, 8, 16])];
  const [y] = mambaBlocks([{ params, x, steer }], options);
  const feeds = { x: data(256, 1), steer: data(256, 2) };
  const [loop, whole] = [await run({ y }, feeds), await run({ y }, feeds, 'webgpu')];
  expect(whole['y'].data as Float32Array).toBeAllclose(loop['y'].data as Float32Array, {
    atol: 1e-6,
  });
});

test('a block reads its four directions: every token depends on every other', async () => {
  const params = createParams({ seed: 5 });
  const x = input('x', [1, 8, 16]);
  const [y] = mambaBlocks([{ params, x }], options);
  const base = data(128, 1);
  const before = (await run({ y }, { x: base }))['y'].data as Float32Array;
  for (const token of [0, 7]) {
    const moved = base.slice();
    for (let c = 0; c < 16; c++) moved[token * 16 + c] += 1;
    const after = (await run({ y }, { x: moved }))['y'].data as Float32Array;
    for (let t = 0; t < 8; t++) {
      const change = Math.max(
        ...Array.from({ length: 16 }, (_, c) => Math.abs(after[t * 16 + c] - before[t * 16 + c])),
      );
      expect(change).toBeGreaterThan(0);
    }
  }
});

test('the 2-D scan gives its shape and the states of four directions', () => {
  const params = createParams();
  const { y, state } = ss2d(params, input('x', [2, 3, 5, 8]), { inner: 16, states: 6, kernel: 5 });
  expect(y.shape).toEqual([2, 3, 5, 8]);
  expect(state.shape).toEqual([2, 64, 6]);
});
