import { constant, createParams, input, type Tensor } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  LEMAMBA_WV3,
  type LeMambaConfig,
  leMamba,
  leMambaConfig,
  leMambaConfigFrom,
  sideMultiple,
} from '../../src/lemamba/index.js';
import { countOf, runRandomly } from '../run-graph.js';

function traced(config: LeMambaConfig, { size = [16, 16], batch = 1, depthFactors }: Options = {}) {
  const params = createParams({ seed: 1 });
  const lms = input('lms', [batch, config.msBands, ...size]);
  const pan = input('pan', [batch, config.panBands, ...size]);
  return { params, output: leMamba(config).build(params, { lms, pan, depthFactors }) };
}

interface Options {
  readonly size?: readonly [number, number];
  readonly batch?: number;
  readonly depthFactors?: (count: number, rate: number) => Tensor;
}

const small = leMambaConfig({
  msBands: 3,
  width: 4,
  blocks: [2, 1],
  expand: [2, 1],
  windows: [4, 0],
});

test('the networks of 8 and 4 bands have the published numbers of parameters', () => {
  expect(countOf(traced(LEMAMBA_WV3).params)).toBe(743_464);
  expect(countOf(traced(leMambaConfig({ msBands: 4 })).params)).toBe(741_156);
});

test.each([
  ['batches', small, [8, 12], 2],
  ['guides', leMambaConfig({ msBands: 5, panBands: 3, width: 4, windows: [2, 0, 0] }), [8, 16], 1],
  ['growing channels', { ...small, growth: [2, 1], stateSharing: 'none' }, [8, 8], 1],
] as [string, LeMambaConfig, [number, number], number][])(
  'a network with %s runs and reads its configuration back',
  async (_, config, size, batch) => {
    const { params, output } = traced(config, { size, batch });
    const windows = config.encoder.map(({ local }) => local?.window ?? null);
    expect(leMambaConfigFrom(params.stateDict(), { windows })).toEqual(config);
    const y = await runRandomly(output);
    expect(output.shape).toEqual([batch, config.msBands, ...size]);
    expect(y.every(Number.isFinite)).toBe(true);
  },
);

test('sides are multiples of whole windows at every level', () => {
  expect(sideMultiple(LEMAMBA_WV3)).toBe(16);
  expect(sideMultiple(leMambaConfig({ msBands: 4, windows: [0, 0, 0] }))).toBe(8);
  expect(() => traced(LEMAMBA_WV3, { size: [16, 24] })).toThrow('in multiples of 16, got');
});

test('rates of stochastic depth rise evenly from the first block, which keeps every branch', async () => {
  const asked: [number, number][] = [];
  const depthFactors = (count: number, rate: number) => {
    asked.push([count, rate]);
    return constant(new Float32Array(count).fill(1), [count]);
  };
  const size = [8, 8] as const;
  const { output } = traced(small, { size, depthFactors });
  const rates = [...new Set(asked.map(([, rate]) => rate))];
  expect(rates).toBeAllclose([1 / 60, 2 / 60, 3 / 60, 4 / 60, 5 / 60, 0.1], { rtol: 1e-6 });
  // Windows are samples of their own: 2 x 2 of them at full resolution, two branches each.
  expect(asked.filter(([count]) => count === 4)).toHaveLength(6);
  expect(await runRandomly(output)).toBeAllclose(
    await runRandomly(traced(small, { size }).output),
    { atol: 1e-6 },
  );
});

test('a branch left out changes the result', async () => {
  const zeros = (count: number) => constant(new Float32Array(count), [count]);
  const size = [8, 8] as const;
  const cut = await runRandomly(traced(small, { size, depthFactors: zeros }).output);
  const whole = await runRandomly(traced(small, { size }).output);
  expect(Math.max(...cut.map((v, i) => Math.abs(v - whole[i])))).toBeGreaterThan(1e-4);
});

test('weights of another network are refused', () => {
  expect(() => leMambaConfigFrom(new Map(), { file: 'w.pth' })).toThrow(
    'w.pth: expected weights of LE-Mamba with intro.weight, got none; these are weights of another network.',
  );
});
