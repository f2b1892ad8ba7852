import { createParams, grad, input, mean, square, sub } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { samplePosterior, vaeConfig, vaeDecode, vaeEncode, vaeFactor } from '../src/index.js';
import { shrink } from '../src/vae/blocks.js';
import { runGraph, wave } from './run-graph.js';

const json = {
  block_out_channels: [4, 8],
  down_block_types: ['DownEncoderBlock2D', 'DownEncoderBlock2D'],
  up_block_types: ['UpDecoderBlock2D', 'UpDecoderBlock2D'],
  layers_per_block: 1,
  latent_channels: 4,
  norm_num_groups: 2,
};
const config = vaeConfig(json);

test('a latent is smaller by the factor and its picture as large as it was', async () => {
  const params = createParams({ seed: 1 });
  const posterior = vaeEncode(config, params, input('x', [2, 3, 8, 12]));
  const z = samplePosterior(posterior, input('noise', [2, 4, 4, 6]));
  const picture = vaeDecode(config, params, z);
  expect(vaeFactor(config)).toBe(2);
  expect(posterior.mean.shape).toEqual([2, 4, 4, 6]);
  expect(picture.shape).toEqual([2, 3, 8, 12]);
  const feeds = { x: wave(2 * 3 * 96), noise: new Float32Array(2 * 4 * 24) };
  const got = await runGraph({ mean: posterior.mean, z }, feeds);
  expect(got.z).toBeAllclose(got.mean, { atol: 1e-6 });
});

test('shrinking pads below and to the right only', async () => {
  const params = createParams();
  const half = shrink(params, input('x', [1, 1, 4, 4]));
  const [weight, bias] = params.entries();
  bias.slot.data = new Float32Array(1);
  // Only the sample two below and two to the right of a position at even places.
  weight.slot.data = Float32Array.from({ length: 9 }, (_, i) => (i === 8 ? 1 : 0));
  const { half: far } = await runGraph(
    { half },
    { x: Float32Array.from({ length: 16 }, (_, i) => i) },
  );
  expect(Array.from(far)).toEqual([10, 0, 0, 0]);
  weight.slot.data = Float32Array.from({ length: 9 }, (_, i) => (i === 0 ? 1 : 0));
  const { half: near } = await runGraph(
    { half },
    { x: Float32Array.from({ length: 16 }, (_, i) => i) },
  );
  expect(Array.from(near)).toEqual([0, 2, 8, 10]);
});

test('the logarithm of the variance stays within -30..20', async () => {
  const params = createParams({ seed: 1 });
  const { logVariance } = vaeEncode(config, params, input('x', [1, 3, 4, 4]));
  const bias = params.entries().find((e) => e.name === 'quant_conv.bias')!;
  bias.slot.data = Float32Array.from([0, 0, 0, 0, 100, -100, 1, 2]);
  const { logVariance: got } = await runGraph({ logVariance }, { x: wave(48) });
  expect(got.subarray(0, 4)).toBeAllclose([20, 20, 20, 20], { atol: 0 });
  expect(got.subarray(4, 8)).toBeAllclose([-30, -30, -30, -30], { atol: 0 });
});

test('encoder and decoder can be trained', async () => {
  const params = createParams({ seed: 1 });
  const x = input('x', [1, 3, 4, 4]);
  const again = vaeDecode(config, params, vaeEncode(config, params, x).mean);
  const weight = params.entries().find((e) => e.name === 'encoder.conv_in.weight')!;
  const [slope] = grad(mean(square(sub(again, x))), [weight.tensor]);
  const { slope: got } = await runGraph({ slope }, { x: wave(48) });
  expect(got.some((v) => v !== 0)).toBe(true);
  expect(got.every(Number.isFinite)).toBe(true);
});

test('what is left over of an odd size is dropped', async () => {
  const { mean: centre } = vaeEncode(config, createParams({ seed: 1 }), input('x', [1, 3, 7, 8]));
  expect(centre.shape).toEqual([1, 4, 3, 4]);
  const { centre: got } = await runGraph({ centre }, { x: wave(168) });
  expect(got.every(Number.isFinite)).toBe(true);
});

test('pictures that are too small and other autoencoders are refused in one line', () => {
  const params = createParams();
  expect(() => vaeEncode(config, params, input('x', [1, 3, 1, 8]))).toThrow('at least 2 each way');
  expect(() => vaeConfig({ ...json, act_fn: 'relu' })).toThrow(
    'vae/config.json: expected act_fn as silu or swish, got "relu"',
  );
  expect(() => vaeConfig({ ...json, down_block_types: ['A'] })).toThrow('down_block_types');
  expect(() => vaeConfig({ ...json, use_quant_conv: false })).toThrow('use_quant_conv');
});
