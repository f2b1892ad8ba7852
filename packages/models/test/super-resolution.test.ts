import { createParams, input, type Params, type Tensor } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  edsr,
  edsrConfig,
  findSuperResolver,
  openSuperResolution,
  rcan,
  rcanConfig,
  swinIr,
  swinIrConfig,
} from '../src/index.js';
import { runGraph } from './run-graph.js';

/** Random values for what begins as zero. */
function scramble(params: Params): void {
  for (const { slot } of params.entries()) {
    if (slot.data.some((value) => value !== 0)) continue;
    slot.data = slot.data.map((_, i) => 0.1 * Math.sin(12.9898 * (i + 1)));
  }
}

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
  scramble(params);
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
    const params = createParams({ seed: 1 });
    const out = swinIr(config, params, x);
    scramble(params);
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

test.each([
  ['edsr', 2, { features: 8, blocks: 2 }],
  ['edsr', 4, { features: 8, blocks: 1 }],
  ['rcan', 3, { features: 8, groups: 1, blocks: 1, reduction: 4 }],
  ['swinir', 3, { embed: 12, groups: 1, blocks: 2, heads: 2, window: 4 }],
] as const)('%s x%i begins as an interpolation', async (name, ratio, sizes) => {
  const made = findSuperResolver(name)!.create({ panBands: 1, msBands: 3, ratio, sizes });
  const params = createParams({ seed: 5 });
  const [height, width] = [11, 9];
  const ms = input('ms', [1, 3, height, width]);
  const unused = input('unused', [1, 1, 1, 1]);
  const out = made.build(params, { ms, pan: unused, lms: unused });
  for (const { name: parameter, slot } of params.entries()) {
    if (parameter.endsWith('.bias') && !parameter.includes('mean')) slot.data.fill(0);
  }
  // A slope in each band, which any interpolation continues, whatever the border does.
  const ramp = (c: number, y: number, x: number) => 0.2 + 0.1 * c + 0.03 * y - 0.02 * x;
  const feed = new Float32Array(3 * height * width);
  for (let c = 0, o = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) feed[o++] = ramp(c, y, x);
  }
  const got = (await runGraph({ out }, { ms: feed }))['out'];
  const at = (i: number) => (i + 0.5) / ratio - 0.5;
  for (const [c, y, x] of [
    [0, 4 * ratio, 4 * ratio + 1],
    [1, 5 * ratio + 1, 3 * ratio],
    [2, 3 * ratio - 1, 5 * ratio - 1],
  ]) {
    expect(got[(c * height * ratio + y) * width * ratio + x]).toBeCloseTo(ramp(c, at(y), at(x)), 4);
  }
});

test('weights of one enlarger do not open as another', () => {
  const params = createParams();
  edsr(edsrConfig({ features: 4, blocks: 1 }), params, input('x', [1, 3, 4, 4]));
  const open = () => findSuperResolver('swinir')!.open(params.stateDict(), { file: 'w.pth' });
  expect(open).toThrow(/w\.pth: expected weights of SwinIR, got those of edsr/);
});
