import { describe, expect, test } from 'vitest';
import { grad } from '../../src/core/grad.js';
import { input } from '../../src/core/tensor.js';
import { compile } from '../../src/onnx/emit.js';
import { type ConvOptions, conv2d, square, sum } from '../../src/ops/index.js';
import { convBlock } from '../../src/session/conv-block.js';
import { createSession } from '../../src/session/session.js';
import { normals } from '../support/evaluate.js';

const block = await convBlock();
if (block === undefined) process.stderr.write('skipped: no blocked convolutions here\n');

const CASES: [string, { x: number[]; weight: number[]; options: ConvOptions }][] = [
  ['full', { x: [2, 32, 9, 7], weight: [16, 32, 3, 3], options: { padding: 1 } }],
  ['strided', { x: [1, 16, 9, 9], weight: [32, 16, 3, 3], options: { padding: 1, stride: 2 } }],
  ['dilated', { x: [1, 16, 9, 8], weight: [16, 16, 3, 3], options: { padding: 2, dilation: 2 } }],
  ['grouped', { x: [1, 32, 6, 6], weight: [32, 16, 3, 3], options: { groups: 2 } }],
  ['depthwise', { x: [2, 16, 8, 8], weight: [16, 1, 5, 5], options: { groups: 16, padding: 2 } }],
  ['few channels', { x: [2, 3, 8, 8], weight: [16, 3, 3, 3], options: { padding: 1 } }],
  ['uneven channels', { x: [2, 12, 8, 8], weight: [10, 12, 1, 1], options: {} }],
];

describe.skipIf(block === undefined)('blocked convolutions', () => {
  test.each(CASES)('%s: give what plain ones give, and so do gradients', async (_, c) => {
    const [x, weight, bias] = [
      input('x', c.x),
      input('weight', c.weight),
      input('bias', [c.weight[0]]),
    ];
    const y = conv2d(x, weight, { ...c.options, bias });
    const [dx, dw, db] = grad(sum(square(y)), [x, weight, bias]);
    const feeds = Object.fromEntries(
      [x, weight, bias].map((t, i) => {
        const size = t.shape.reduce((a, b) => a * b, 1);
        return [['x', 'weight', 'bias'][i], Float32Array.from(normals(size, 5 + i))];
      }),
    );
    const results = [];
    for (const target of [{ provider: 'cpu' }, { provider: 'cpu', convBlock: block }] as const) {
      const model = compile({ y, dx, dw, db }, { weights: 'inputs', target });
      const session = await createSession(model, { threads: 1 });
      results.push(await session.run(feeds));
      await session.close();
    }
    for (const name of ['y', 'dx', 'dw', 'db']) {
      const scale = Math.max(...(results[0][name].data as Float32Array).map(Math.abs));
      expect(results[1][name].data).toBeAllclose(results[0][name].data as Float32Array, {
        rtol: 1e-5,
        atol: 1e-6 * scale,
      });
    }
  });

  test('are asked for in the domain of their own', () => {
    const y = conv2d(input('x', [1, 16, 4, 4]), input('w', [16, 16, 1, 1]));
    const asked = compile({ y }, { weights: 'inputs', target: { provider: 'cpu', convBlock: 8 } });
    const plain = compile({ y }, { weights: 'inputs' });
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
    expect(text(asked.bytes)).toContain('com.microsoft.nchwc');
    expect(text(plain.bytes)).not.toContain('nchwc');
  });
});
