import { expect, test } from 'vitest';
import { input, type Tensor } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import { add, matmul, mul, softmax } from '../../src/ops/index.js';
import { createSession } from '../../src/session/session.js';
import { createSessionCache } from '../../src/session/session-cache.js';
import { createWorkerSession } from '../../src/session/worker-session.js';

const double = () => compile({ y: mul(input('x', [3]), 2) }, { weights: 'inputs' });

/** A second or so of matrix products. */
function slow() {
  const x = input('x', [768, 768]);
  let y: Tensor = x;
  for (let i = 0; i < 60; i++) y = softmax(add(matmul(y, x), i));
  return compile({ y }, { weights: 'inputs' });
}

test('a worker session gives what a session gives, and leaves its feeds alone', async () => {
  const session = await createWorkerSession(double(), { threads: 1 });
  expect(session.provider).toBe('cpu');
  expect(session.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [3] }]);
  const x = Float32Array.of(1, 2, 3);
  const { y } = await session.run({ x });
  expect(Array.from(y.data as Float32Array)).toEqual([2, 4, 6]);
  expect(Array.from(x)).toEqual([1, 2, 3]);
  await session.close();
  await expect(session.run({ x })).rejects.toThrow('closed');
});

test('the thread of the caller goes on while a run goes on', async () => {
  const session = await createWorkerSession(slow(), { threads: 1 });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  await session.run({ x: new Float32Array(768 * 768) });
  clearInterval(timer);
  await session.close();
  expect(ticks).toBeGreaterThan(10);
});

test('a run is given up within a moment, and the session serves on', async () => {
  const session = await createWorkerSession(slow(), { threads: 1 });
  const feeds = { x: new Float32Array(768 * 768) };
  const stop = new AbortController();
  const running = session.run(feeds, { signal: stop.signal });
  const queued = session.run(feeds, { signal: stop.signal });
  const start = performance.now();
  setTimeout(() => stop.abort(new Error('enough')), 50);
  const ends = await Promise.allSettled([running, queued]);
  expect(ends.map((end) => end.status === 'rejected' && end.reason.message)).toEqual([
    'enough',
    'enough',
  ]);
  expect(performance.now() - start).toBeLessThan(500);
  const { y } = await session.run(feeds);
  expect(y.shape).toEqual([768, 768]);
  await session.close();
});

test('several runs at once each get their own answer', async () => {
  const session = await createWorkerSession(double(), { threads: 1, workers: 2 });
  const runs = [1, 2, 3, 4, 5].map((v) => session.run({ x: Float32Array.of(v, v, v) }));
  const results = await Promise.all(runs);
  expect(results.map(({ y }) => y.data[0])).toEqual([2, 4, 6, 8, 10]);
  await session.close();
});

test('a wrong feed, a broken model and a missing provider are told in one line', async () => {
  const session = await createWorkerSession(double(), { threads: 1 });
  await expect(session.run({ x: new Float32Array(4) })).rejects.toThrow(
    'run: expected x as float32[3], got 4 elements of float32[3]',
  );
  await expect(session.run({})).rejects.toThrow('run: expected a feed for x, got none');
  await session.close();
  await expect(createWorkerSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ tag: 'input' });
  // No GPU library is at hand where the suite runs, and no other provider steps in.
  await expect(createSession(double(), { provider: 'cuda' })).rejects.toThrow('runs on cuda');
  await expect(createSession(double(), { provider: 'wasm' })).rejects.toThrow(
    'expected cpu or cuda or webgpu in Node, got wasm',
  );
});

test('threads that sleep give what threads that spin give, and a signal is heeded', async () => {
  const session = await createSession(double(), { threads: 2, idleThreads: 'sleep' });
  const x = Float32Array.of(1, 2, 3);
  const { y } = await session.run({ x });
  expect(Array.from(y.data as Float32Array)).toEqual([2, 4, 6]);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(session.run({ x }, { signal })).rejects.toThrow('enough');
  await session.close();
});

test('a cache makes each session once and closes the longest unused', async () => {
  const closed: string[] = [];
  let made = 0;
  const cache = createSessionCache(
    async (key) => {
      made++;
      const session = await createSession(double(), { threads: 1 });
      return { ...session, close: async () => void closed.push(key) };
    },
    { limit: 2 },
  );
  for (const key of ['a', 'b', 'a', 'c']) await cache.get(key);
  expect(made).toBe(3);
  await cache.close();
  expect(closed).toEqual(['b', 'a', 'c']);
});
