/** The script of the test's page, bundled as an application of our users would be. */
import {
  compile,
  createSession,
  createSessionCache,
  createWorkerSession,
  input,
  matmul,
  mul,
  type SessionOptions,
  type Tensor,
} from '@bandweave/graph';
import { scanFeeds, scanModel } from './scan-model.js';

const model = async () => new Uint8Array(await (await fetch('/model.onnx')).arrayBuffer());
const openWith = { here: createSession, worker: createWorkerSession };

/** Runs model.onnx and says on what. */
async function runModel(
  where: 'here' | 'worker',
  options: SessionOptions,
  values: readonly number[],
) {
  const session = await openWith[where](await model(), options);
  const { out } = await session.run({ x: Float32Array.from(values) });
  const { provider, inputs } = session;
  await session.close();
  return { provider, inputs, values: Array.from(out.data as Float32Array) };
}

/** What is said when a session that squares whole numbers is made. */
const attempt = (options: SessionOptions) => {
  const x = input('x', [4], 'int64');
  return createSession(compile({ y: mul(x, x) }, { weights: 'inputs' }), options).then(
    () => 'made',
    (error: Error) => error.message,
  );
};

/** How long a run of many seconds takes to be given up, and what the session gives afterwards. */
async function giveUp() {
  const x = input('x', [768, 768]);
  let y: Tensor = x;
  for (let i = 0; i < 400; i++) y = matmul(y, x);
  const session = await createWorkerSession(compile({ y }, { weights: 'inputs' }));
  const stop = new AbortController();
  const running = session.run({ x: new Float32Array(768 * 768) }, { signal: stop.signal });
  await new Promise((done) => setTimeout(done, 200));
  const start = performance.now();
  stop.abort(new Error('enough'));
  const reason = await running.catch((error: Error) => error.message);
  const ms = performance.now() - start;
  await session.close();
  return { reason, ms };
}

/** Sessions of one network by the shape of its input: how many were made for five runs. */
async function byShape() {
  let made = 0;
  const cache = createSessionCache(async (shape) => {
    made++;
    const x = input('x', shape.split('x').map(Number));
    return createSession(compile({ y: matmul(x, x) }, { weights: 'inputs' }));
  });
  for (const side of [2, 3, 2, 3, 2]) {
    const session = await cache.get(`${side}x${side}`);
    await session.run({ x: new Float32Array(side * side) });
  }
  await cache.close();
  return made;
}

/** The selective scan as it is lowered for the provider. */
async function scan(provider: 'wasm' | 'webgpu') {
  const unsupported = provider === 'webgpu' ? 'refuse' : 'processor';
  const session = await createSession(scanModel({ provider }), { provider, unsupported });
  const { y, last } = await session.run(scanFeeds());
  await session.close();
  return [y, last].map((t) => Array.from(t.data as Float32Array));
}

const adapter = async () =>
  Boolean(
    await (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu?.requestAdapter(),
  );

export const api = { runModel, attempt, giveUp, byShape, scan, adapter };
Object.assign(globalThis, { api });
