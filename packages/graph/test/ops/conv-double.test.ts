import { expect, test } from 'vitest';
import {
  cast,
  compile,
  constant,
  conv2d,
  createParams,
  createSession,
  input,
  paramsIn,
} from '../../src/index.js';

test('float64 convolutions give what float32 gives, and more digits', async () => {
  const x = Float32Array.from({ length: 2 * 3 * 5 * 6 }, (_, i) => Math.sin(i));
  const w = Float32Array.from({ length: 4 * 3 * 3 * 2 }, (_, i) => Math.cos(i));
  const b = Float32Array.of(1, 2, 3, 4);
  const image = input('image', [2, 3, 5, 6]);
  const single = conv2d(image, constant(w, [4, 3, 3, 2]), {
    bias: constant(b, [4]),
    padding: [2, 1],
    dilation: [2, 1],
  });
  const wide = conv2d(cast(image, 'float64'), constant([...w], [4, 3, 3, 2], 'float64'), {
    bias: constant([...b], [4], 'float64'),
    padding: [2, 1],
    dilation: [2, 1],
  });
  const session = await createSession(compile({ single, wide }, { weights: 'initializers' }), {});
  const results = await session.run({ image: x });
  await session.close();
  const got = results['wide'].data as Float64Array;
  expect(got).toBeInstanceOf(Float64Array);
  expect(got).toBeAllclose(results['single'].data as Float32Array, { atol: 1e-5 });
  // One value by hand: batch 0, output 0, row 0, column 1.
  let expected = b[0];
  for (let c = 0; c < 3; c++) {
    for (let u = 1; u < 3; u++) {
      for (let v = 0; v < 2; v++) {
        expected += w[(c * 3 + u) * 2 + v] * x[(c * 5 + 2 * u - 2) * 6 + v];
      }
    }
  }
  expect(got[1]).toBeCloseTo(expected, 14);
});

test('parameters are cast where they are asked for', () => {
  const params = paramsIn(createParams(), 'float64').scope('a');
  expect(params.get('weight', [2]).dtype).toBe('float64');
  expect(params.buffer('bias', [2]).dtype).toBe('float64');
});
