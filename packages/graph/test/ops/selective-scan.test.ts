import { expect, test } from 'vitest';
import { input } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import * as ops from '../../src/ops/index.js';
import { createSession } from '../../src/session/session.js';
import { apply, checkGradient, normals } from '../support/evaluate.js';

/** The recurrence written as loops, one group. */
function reference(
  values: Record<string, number[]>,
  [D, L, N]: [number, number, number],
): number[] {
  const { u, delta, A, B, C } = values;
  const y = new Array<number>(D * L).fill(0);
  for (let d = 0; d < D; d++) {
    const h = new Array<number>(N).fill(0);
    for (let t = 0; t < L; t++) {
      const step = Math.log1p(Math.exp(delta[d * L + t]));
      for (let n = 0; n < N; n++) {
        h[n] = Math.exp(step * A[d * N + n]) * h[n] + step * u[d * L + t] * B[n * L + t];
        y[d * L + t] += h[n] * C[n * L + t];
      }
    }
  }
  return y;
}

test.each([1, 2, 7, 10])('a scan over %i steps follows the recurrence', async (L) => {
  const [D, N] = [3, 2];
  const values = {
    u: normals(D * L, 1),
    delta: normals(D * L, 2),
    A: normals(D * N, 3).map((v) => -Math.abs(v)),
    B: normals(N * L, 4),
    C: normals(N * L, 5),
  };
  const y = await apply(
    (u, delta, A, B, C) => ops.selectiveScan(u, delta, { A, B, C }).y,
    [
      { shape: [1, D, L], values: values.u },
      { shape: [1, D, L], values: values.delta },
      { shape: [D, N], values: values.A },
      { shape: [1, N, L], values: values.B },
      { shape: [1, N, L], values: values.C },
    ],
  );
  expect(y).toBeAllclose(reference(values, [D, L, N]), { rtol: 1e-4, atol: 1e-5 });
});

test.each([
  ['y', 7],
  ['last', 5],
] as const)('every gradient of %s is right', async (output, L) => {
  const [batch, D, N, groups] = [2, 4, 2, 2];
  await checkGradient(
    (u, delta, A, B, C, skip, z, deltaBias) =>
      ops.selectiveScan(u, delta, { A: ops.neg(ops.exp(A)), B, C, D: skip, z, deltaBias })[output],
    [
      { shape: [batch, D, L] },
      { shape: [batch, D, L] },
      { shape: [D, N] },
      { shape: [batch, groups, N, L] },
      { shape: [batch, groups, N, L] },
      { shape: [D] },
      { shape: [batch, D, L] },
      { shape: [D] },
    ],
    { rtol: 1e-5, atol: 1e-7 },
  );
});

/** Few states are summed, many are multiplied. */
test.each([2, 17])('a long chunk of %i states that is cut again is the same', async (N) => {
  const [L, D] = [128, 2];
  const [y, last] = await Promise.all(
    (['y', 'last'] as const).map((output) =>
      apply(
        (u, delta, A, B, C) => {
          const step = ops.square(delta);
          const rates = ops.toStateLayout(ops.neg(ops.exp(A)));
          const inputs = { delta: step, drive: ops.mul(step, u), A: rates, B, C };
          const start = ops.zeros(rates.shape, u.dtype);
          const [cut, whole] = [ops.scanLongChunk(inputs, start), ops.scanChunk(inputs, start)];
          return ops.sub(cut[output], whole[output]);
        },
        [
          [L, 1, D],
          [L, 1, D],
          [1, D, N],
          [L, 1, N],
          [L, 1, N],
        ].map((shape, i) => ({
          shape,
          values: normals(
            shape.reduce((p, q) => p * q),
            i,
          ),
        })),
      ),
    ),
  );
  expect(y).toBeAllclose(new Array(L * D).fill(0), { atol: 1e-5 });
  expect(last).toBeAllclose(new Array(D * N).fill(0), { atol: 1e-5 });
});

test('what is for inference only is left out where there are gradients', async () => {
  const x = input('x', [3]);
  const [y] = ops.inferenceOnly([ops.exp(x)], [x], ([t]) => [ops.add(t, 1)]);
  const feeds = { x: Float32Array.from([0, 1, 2]) };
  const values = async (weights: 'initializers' | 'inputs') => {
    const session = await createSession(compile({ y }, { weights }), { threads: 1 });
    const { data } = (await session.run(feeds)).y;
    await session.close();
    return [...(data as Float32Array)];
  };
  expect(await values('initializers')).toEqual([1, 2, 3]);
  expect(await values('inputs')).toBeAllclose([1, Math.E, Math.E ** 2], { rtol: 1e-6 });
  await checkGradient((t) => ops.inferenceOnly([ops.exp(t)], [t], () => [t])[0], [{ shape: [3] }]);
});

test('the causal convolution sees no later element and has right gradients', async () => {
  const y = await apply(
    (x, a, b) => ops.causalConv(x, [a, b]),
    [
      { shape: [3, 1], values: [1, 10, 100] },
      { shape: [1], values: [2] },
      { shape: [1], values: [3] },
    ],
  );
  expect(y).toEqual([3, 32, 320]);
  await checkGradient(
    (x, a, b, bias) => ops.causalConv(x, [a, b], { bias }),
    [{ shape: [2, 4, 3] }, { shape: [3] }, { shape: [3] }, { shape: [3] }],
  );
});

test('pixel shuffle and unshuffle are inverses', async () => {
  const x = { shape: [2, 8, 2, 3], values: normals(96, 1) };
  const there = await apply(
    (t) => ops.pixelUnshuffle(ops.pixelShuffle(t, { ratio: 2 }), { ratio: 2 }),
    [x],
  );
  expect(there).toBeAllclose(x.values, { rtol: 1e-6 });
  const y = await apply(
    (t) => ops.pixelShuffle(t, { ratio: 2 }),
    [{ shape: [1, 4, 1, 2], values: [0, 1, 2, 3, 4, 5, 6, 7] }],
  );
  expect(y).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
});

test('pixel shuffle and unshuffle have right gradients', async () => {
  await checkGradient((t) => ops.pixelShuffle(t, { ratio: 2 }), [{ shape: [2, 8, 2, 3] }], {
    rtol: 1e-6,
  });
  await checkGradient((t) => ops.pixelUnshuffle(t, { ratio: 3 }), [{ shape: [1, 2, 3, 6] }], {
    rtol: 1e-6,
  });
});

test('a scan of shapes that do not belong together is refused', () => {
  const [u, B] = [input('u', [1, 4, 5]), input('B', [1, 3, 2, 5])];
  expect(() => ops.selectiveScan(u, u, { A: input('A', [3, 2]), B, C: B })).toThrow(
    'A [channels,states]',
  );
  expect(() => ops.selectiveScan(u, u, { A: input('A', [4, 2]), B, C: B })).toThrow(
    'groups that divide 4',
  );
});
