import {
  compile,
  createParams,
  createSession,
  grad,
  input,
  mul,
  random,
  sum,
  type Tensor,
} from '@bandweave/graph';
import { expect, test } from 'vitest';
import { ss2d } from '../src/ss2d.js';

const source = random(5);
const fill = (n: number) => Float32Array.from({ length: n }, () => source.normal());
const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/**
 * Gradients against central differences of float32 losses, along the gradient itself: the rate of
 * change there is its length, which no error in an element leaves alone.
 */
test('every gradient of the 2-D scan with injected states is right', async () => {
  const params = createParams({ seed: 2 });
  const x = input('x', [2, 3, 4, 8]);
  const previous = input('previous', [2, 4 * 8, 4]);
  const skip = input('skip', [2, 4 * 16, 4]);
  const { y } = ss2d(params, x, {
    inner: 16,
    states: 4,
    kernel: 3,
    previous,
    skip: { state: skip, projection: 'learned' },
  });
  const weights = input('weights', y.shape);
  const loss = sum(mul(y, weights));
  const named: Record<string, Tensor> = { x, previous, skip };
  for (const { name, tensor } of params.entries()) named[name] = tensor;
  const grads = grad(loss, Object.values(named));
  const outputs = Object.fromEntries(
    Object.keys(named).map((name, i) => [`grad ${name}`, grads[i]]),
  );
  const feeds: Record<string, Float32Array> = { weights: fill(size(y.shape)) };
  for (const [name, { shape }] of Object.entries(named)) feeds[name] = fill(size(shape));
  for (const { name, slot } of params.entries()) feeds[name] = slot.data.slice();
  // Mamba's own time steps are so short that some gradients would drown in rounding.
  feeds['dt_projs_bias'] = fill(feeds['dt_projs_bias'].length);
  feeds['x_proj_weight'] = fill(feeds['x_proj_weight'].length).map((v) => 0.3 * v);

  const open = (out: Record<string, Tensor>) =>
    createSession(compile(out, { weights: 'inputs' }), { threads: 1 });
  const [slopes, values] = [await open({ loss, ...outputs }), await open({ loss })];
  const measured = await slopes.run(feeds);
  const lossAt = async (fed: typeof feeds) => Number((await values.run(fed)).loss.data[0]);
  for (const name of Object.keys(named)) {
    const g = measured[`grad ${name}`].data as Float32Array;
    const length = Math.hypot(...g);
    expect(length, name).toBeGreaterThan(0.1);
    const step = 2e-2;
    const moved = (by: number) => ({
      ...feeds,
      [name]: feeds[name].map((v, i) => v + (by * g[i]) / length),
    });
    const rate = ((await lossAt(moved(step))) - (await lossAt(moved(-step)))) / (2 * step);
    expect([rate], name).toBeAllclose([length], { rtol: 1e-2, atol: 1e-3 });
  }
  await slopes.close();
  await values.close();
});
