import { createParams, input, type Params, type Tensor } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  edsr,
  edsrConfig,
  openSuperResolution,
  rcan,
  rcanConfig,
  swinIr,
  swinIrConfig,
} from '../src/index.js';
import { runGraph } from './run-graph.js';

const swin = { embed: 12, depths: [2, 2], heads: [2, 3], window: 4, hidden: 24 };

const made: Record<string, (params: Params, image: Tensor) => Tensor> = {
  'edsr x3': (p, x) => edsr(edsrConfig({ features: 8, blocks: 2, scale: 3 }), p, x),
  'edsr x4': (p, x) => edsr(edsrConfig({ features: 8, blocks: 1, scale: 4 }), p, x),
  'rcan x2': (p, x) => rcan(rcanConfig({ features: 8, groups: 2, blocks: 1, reduction: 4 }), p, x),
  'swinir x3 direct': (p, x) => swinIr(swinIrConfig({ ...swin, scale: 3 }), p, x),
  'swinir x4 shuffle': (p, x) =>
    swinIr(swinIrConfig({ ...swin, scale: 4, upsampler: 'pixelshuffle' }), p, x),
  'swinir x2 nearest': (p, x) =>
    swinIr(
      swinIrConfig({ ...swin, scale: 2, upsampler: 'nearest+conv', connection: '3conv' }),
      p,
      x,
    ),
};

const image = Float32Array.from({ length: 3 * 7 * 10 }, (_, i) => (i * 37) % 11);

test.each(Object.keys(made))('%s is told by its weights and enlarges alike', async (name) => {
  const params = createParams({ seed: 3 });
  const x = input('image', [1, 3, 7, 10]);
  const wanted = made[name](params, x);
  const network = openSuperResolution(params.stateDict());
  const [family, scale] = name.split(' ');
  expect(network.name).toBe(family);
  expect(network.scale).toBe(Number(scale.slice(1)));
  const again = createParams({ weights: network.weights });
  const out = network.build(again, x);
  again.finish();
  expect(out.shape).toEqual([1, 3, 7 * network.scale, 10 * network.scale]);
  const first = (await runGraph({ wanted }, { image }))['wanted'];
  const second = (await runGraph({ out }, { image }))['out'];
  expect(second).toBeAllclose(first, { rtol: 1e-6, atol: 1e-6 });
});

test('swinir looks into neighbouring windows only where they are shifted', async () => {
  const x = input('image', [1, 3, 8, 8]);
  const spread = async (shifted: (group: number, block: number) => boolean) => {
    const config = swinIrConfig({ ...swin, depths: [2], heads: [2], shifted });
    const out = swinIr(config, createParams({ seed: 1 }), x);
    const dark = new Float32Array(192);
    const lit = dark.slice();
    // The corner of the first window.
    lit[0] = 1;
    const a = (await runGraph({ out }, { image: dark }))['out'];
    const b = (await runGraph({ out }, { image: lit }))['out'];
    // The last pixel of row 0: further than the convolutions carry beyond the first window.
    return Math.abs(a[15] - b[15]);
  };
  expect(await spread(() => false)).toBe(0);
  expect(await spread((_, block) => block === 1)).toBeGreaterThan(0);
});

test('other weights are refused', () => {
  expect(() => openSuperResolution(new Map())).toThrow(/expected weights of EDSR, RCAN or SwinIR/);
});
