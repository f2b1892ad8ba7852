import { compile, createSession, grad, input, type Tensor } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { hybridLoss } from '../../src/cmt/index.js';

/** The loss, its parts and the gradient of an 8 x 8 difference. */
async function lossOf(at: (row: number, col: number) => number) {
  const x = input('x', [1, 1, 8, 8]);
  const target = input('target', [1, 1, 8, 8]);
  const parts = hybridLoss(x, target);
  const [gradient] = grad(parts.loss, [x]);
  const outputs: Record<string, Tensor> = { ...parts, gradient };
  const session = await createSession(compile(outputs, { weights: 'initializers' }), {
    threads: 1,
  });
  const data = Float32Array.from({ length: 64 }, (_, i) => at(i >> 3, i % 8));
  const out = await session.run({ x: data, target: new Float32Array(64) });
  await session.close();
  const number = (name: string) => Number(out[name].data[0]);
  return {
    parts: ['pixels', 'fourier', 'wavelet', 'loss'].map(number),
    gradient: out.gradient.data as Float32Array,
  };
}

// Worked out by hand from the orthonormal transforms.
test.each([
  [
    'a unit impulse',
    (r: number, c: number) => (r === 3 && c === 2 ? 1 : 0),
    [1 / 64, 0.125, 1 / 32, 0.03125],
  ],
  ['a constant', () => 0.2, [0.2, 0.025, 0.1, 0.2125]],
  ['a checkerboard', (r: number, c: number) => 1 - 2 * ((r + c) % 2), [1, 0.125, 0.5, 1.0625]],
] as const)('%s has the parts that theory gives', async (_, at, expected) => {
  expect((await lossOf(at)).parts).toBeAllclose([...expected], { atol: 1e-6 });
});

test('equal images have no loss and no gradient', async () => {
  const { parts, gradient } = await lossOf(() => 0);
  expect(parts).toEqual([0, 0, 0, 0]);
  expect([...gradient].every((g) => g === 0)).toBe(true);
});
