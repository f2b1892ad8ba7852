import { compile, constant, createParams, createSession, input, random } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { canConv, type KernelFactors } from '../../src/cannet/canconv.js';
import { joinSmall } from '../../src/cannet/partition.js';

const [h, w, cin, out, clusters] = [4, 5, 3, 2, 3];
const source = random(9);
const x = Float32Array.from({ length: h * w * cin }, () => source.normal());
// Cluster 2 has two pixels of 20: few enough to be joined.
const index = Array.from({ length: h * w }, (_, p) => (p < 9 ? 0 : p < 18 ? 1 : 2));

async function run() {
  const params = createParams({ seed: 3 });
  const partition = joinSmall(constant(index, [1, h * w], 'int64'), { clusters, threshold: 0.1 });
  let factors: KernelFactors | undefined;
  const y = canConv(params, input('x', [1, h, w, cin]), {
    out,
    guide: { kind: 'clusters', partition },
    layer: 'layer',
    onFactors: (_, found) => {
      factors = found;
    },
  });
  const model = compile({ y, joined: partition.index, ...factors }, { weights: 'initializers' });
  const session = await createSession(model, { threads: 1 });
  const results = await session.run({ x });
  await session.close();
  const kernels = params.stateDict().get('kernels')!.data;
  const data = (name: string) => Array.from(results[name].data, Number);
  return { kernels, data };
}

test('every pixel is convolved with the kernel of its cluster', async () => {
  const { kernels, data } = await run();
  const joined = data('joined');
  expect(joined.slice(16)).toEqual([1, 1, 3, 3]);
  const [inputs, area, outputs, bias] = ['inputs', 'area', 'outputs', 'bias'].map(data);
  const expected: number[] = [];
  for (let p = 0; p < h * w; p++) {
    const k = joined[p];
    for (let o = 0; o < out; o++) {
      let sum = bias[k * out + o];
      for (let tap = 0; tap < 9; tap++) {
        const [row, col] = [Math.floor(p / w) + Math.floor(tap / 3) - 1, (p % w) + (tap % 3) - 1];
        if (row < 0 || row >= h || col < 0 || col >= w) continue;
        for (let c = 0; c < cin; c++) {
          const kernel =
            kernels[(c * 9 + tap) * out + o] *
            inputs[k * cin + c] *
            area[k * 9 + tap] *
            outputs[k * out + o];
          sum += kernel * x[(row * w + col) * cin + c];
        }
      }
      expected.push(sum);
    }
  }
  expect(data('y')).toBeAllclose(expected, { rtol: 1e-5, atol: 1e-6 });
});
