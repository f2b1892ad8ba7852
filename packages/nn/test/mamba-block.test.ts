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

test.each([
  ['many windows taken some at a time', { batch: 40, height: 8, width: 8, states: 4, inner: 32 }],
  ['images in chunks, 17 states', { batch: 2, height: 20, width: 36, states: 17, inner: 16 }],
])('the 2-D scan by chunks gives what the whole gives: %s', async (_, size) => {
  const { batch, height, width, states, inner } = size;
  const params = createParams({ seed: 6 });
  const x = input('x', [batch, height, width, 8]);
  const { y, state } = ss2d(params, x, { inner, states, kernel: 3 });
  const feeds = { x: data(batch * height * width * 8, 3) };
  const chunks = await run({ y, state }, feeds);
  const whole = await run({ y, state }, feeds, 'webgpu');
  for (const name of ['y', 'state']) {
    expect(chunks[name].data as Float32Array).toBeAllclose(whole[name].data as Float32Array, {
      rtol: 1e-4,
      atol: 1e-5,
    });
  }
});

test('the 2-D scan of images in chunks takes injected states as the whole does', async () => {
  const params = createParams({ seed: 7 });
  const x = input('x', [2, 16, 24, 8]);
  const previous = input('previous', [2, 4 * 12, 4]);
  const skip = { state: input('skip', [2, 4 * 16, 4]), projection: 'learned' } as const;
  const { y } = ss2d(params, x, { inner: 16, states: 4, kernel: 3, previous, skip });
  const feeds = { x: data(6144, 4), previous: data(384, 5), skip: data(512, 6) };
  const [chunks, whole] = [await run({ y }, feeds), await run({ y }, feeds, 'webgpu')];
  expect(chunks['y'].data as Float32Array).toBeAllclose(whole['y'].data as Float32Array, {
    rtol: 1e-4,
    atol: 1e-4,
  });
});
