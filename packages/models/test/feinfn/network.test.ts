import { compile, constant, createParams, createSession, input } from '@bandweave/graph';
import { describe, expect, test } from 'vitest';
import { feInfnConfig, feInfnConfigFrom } from '../../src/feinfn/config.js';
import { neighbours, withBorder } from '../../src/feinfn/neighbours.js';
import { feInfn, withoutTables } from '../../src/feinfn/network.js';
import { runGraph } from '../run-graph.js';

const SMALL = feInfnConfig({
  msBands: 5,
  panBands: 3,
  width: 6,
  blocks: 1,
  hidden: [8, 7],
  decoderWidth: 9,
});

function traced(shape: { h: number; w: number; H: number; W: number }, config = SMALL) {
  const params = createParams({ seed: 3 });
  const { h, w, H, W } = shape;
  const { panBands, msBands } = config;
  const inputs = {
    pan: input('pan', [1, panBands, H, W]),
    ms: input('ms', [1, msBands, h, w]),
    lms: input('lms', [1, msBands, H, W]),
  };
  return { params, output: feInfn(config, params, inputs) };
}

test('the published sizes have the published number of parameters', () => {
  const { params } = traced(
    { h: 4, w: 4, H: 16, W: 16 },
    feInfnConfig({ msBands: 31, panBands: 3 }),
  );
  const count = params
    .entries()
    .reduce((n, { tensor }) => n + tensor.shape.reduce((a, b) => a * b, 1), 0);
  // 3 164 864 as published, of which 48 belong to mean shifts that nothing uses.
  expect(count).toBe(3_164_864 - 48);
});

test('a configuration is read off the names and shapes of weights', () => {
  const { params } = traced({ h: 4, w: 4, H: 8, W: 8 });
  const weights = new Map(
    params
      .entries()
      .map(({ name, tensor }) => [
        name,
        { dtype: 'F32' as const, shape: tensor.shape, data: new Float32Array() },
      ]),
  );
  const published = new Map([
    ...weights,
    ['pe.pe', { dtype: 'F32' as const, shape: [4096, 2], data: new Float32Array() }],
    [
      'spatial_encoder.sub_mean.weight',
      { dtype: 'F32' as const, shape: [3, 3, 1, 1], data: new Float32Array() },
    ],
  ]);
  expect([...withoutTables(published).keys()]).toEqual([...weights.keys()]);
  expect(feInfnConfigFrom(published)).toEqual(SMALL);
  expect(() => feInfnConfigFrom(new Map())).toThrow(/expected weights of FeINFN/);
});

/** The rule as the specification writes it, in plain loops and float64. */
function sampled(grid: number[][], H: number, W: number, [vy, vx]: [number, number]): number[] {
  const [h, w] = [grid.length, grid[0].length];
  const nearest = (x: number) => {
    const r = Math.round(x);
    return Math.abs(x - Math.trunc(x)) === 0.5 && r % 2 !== 0 ? r - 1 : r;
  };
  const out: number[] = [];
  for (let i = 0; i < H; i++) {
    for (let j = 0; j < W; j++) {
      const y = nearest((((2 * i + 1) / H + vy / h) * h) / 2 - 0.5);
      const x = nearest((((2 * j + 1) / W + vx / w) * w) / 2 - 0.5);
      out.push(grid[y]?.[x] ?? 0);
    }
  }
  return out;
}

describe('four neighbours', () => {
  test.each([
    ['x4', 3, 2, 12, 8],
    ['x2', 2, 4, 4, 8],
    ['x8', 2, 2, 16, 16],
    ['5/2', 2, 4, 5, 10],
  ])('at %s are the cells that the rule names, zero outside', async (_, h, w, H, W) => {
    const grid = Array.from({ length: h }, (_, i) =>
      Array.from({ length: w }, (_, j) => 1 + i * w + j),
    );
    const x = withBorder(constant(grid.flat(), [1, 1, h, w]));
    const around = neighbours({ coarse: [h, w], fine: [H, W] });
    const got = await runGraph(
      Object.fromEntries(around.map((n, k) => [`n${k}`, n.sample(x, { start: 0, stop: H })])),
    );
    const shifts: [number, number][] = [
      [-1, -1],
      [-1, 1],
      [1, -1],
      [1, 1],
    ];
    for (const [k, shift] of shifts.entries()) {
      expect([...got[`n${k}`]]).toEqual(sampled(grid, H, W, shift));
    }
  });
});

test.each([
  ['whole', { h: 4, w: 6, H: 12, W: 18 }],
  ['broken', { h: 5, w: 4, H: 13, W: 11 }],
])('a %s ratio gives finite values that depend on guide and cube', async (_, shape) => {
  const { output } = traced(shape);
  const { h, w, H, W } = shape;
  const wave = (n: number, f: number) =>
    Float32Array.from({ length: n }, (_, i) => 0.5 + 0.4 * Math.sin(f * i));
  const feeds = { pan: wave(3 * H * W, 0.7), ms: wave(5 * h * w, 1.3), lms: wave(5 * H * W, 0.2) };
  const run = async (changed: Partial<typeof feeds>) =>
    (await runGraph({ output }, { ...feeds, ...changed })).output;
  const plain = await run({});
  expect(plain.every(Number.isFinite)).toBe(true);
  const moved = (other: Float32Array) => Math.max(...plain.map((v, i) => Math.abs(v - other[i])));
  expect(moved(await run({ pan: wave(3 * H * W, 0.9) }))).toBeGreaterThan(1e-4);
  expect(moved(await run({ ms: wave(5 * h * w, 1.1) }))).toBeGreaterThan(1e-4);
});

test('the Gabor function is as narrow in place and frequency as can be: the product is 1/2', () => {
  for (const sigma of [0.5, 3, 10]) {
    // |ψ|² over u, and |Fourier transform|² over ω, both by sums that reach far enough.
    const omega = 30;
    const steps = 4096;
    const reach = 8 / sigma;
    const du = (2 * reach) / steps;
    const spread = (values: number[], at: (k: number) => number) => {
      const total = values.reduce((a, b) => a + b, 0);
      const mean = values.reduce((a, v, k) => a + v * at(k), 0) / total;
      return Math.sqrt(values.reduce((a, v, k) => a + v * (at(k) - mean) ** 2, 0) / total);
    };
    const u = (k: number) => -reach + k * du;
    const place = spread(
      Array.from({ length: steps }, (_, k) => Math.exp(-2 * (sigma * u(k)) ** 2)),
      u,
    );
    const count = 400;
    const w = (m: number) => omega + (m - count / 2) * ((16 * sigma) / count);
    const power = Array.from({ length: count }, (_, m) => {
      let [re, im] = [0, 0];
      for (let k = 0; k < steps; k++) {
        const envelope = Math.exp(-((sigma * u(k)) ** 2));
        re += envelope * Math.cos((omega - w(m)) * u(k));
        im += envelope * Math.sin((omega - w(m)) * u(k));
      }
      return re * re + im * im;
    });
    expect(place * spread(power, w)).toBeCloseTo(0.5, 6);
  }
});

describe('what an output pixel sees of the guide', () => {
  const SIDE = 32;
  const config = feInfnConfig({ msBands: 4, panBands: 2, width: 8, blocks: 1, hidden: [16, 8] });

  /** Change of the output at (28, 28), of its largest, where guide pixel (2, 2) changes. */
  async function reach(frequency: 'fourier' | 'none'): Promise<number> {
    const params = createParams({ seed: 3 });
    const output = feInfn(
      config,
      params,
      {
        pan: input('pan', [1, 2, SIDE, SIDE]),
        ms: input('ms', [1, 4, SIDE / 4, SIDE / 4]),
        lms: input('lms', [1, 4, SIDE, SIDE]),
      },
      { frequency },
    );
    const session = await createSession(compile({ output }, { weights: 'initializers' }));
    const wave = (n: number) => Float32Array.from({ length: n }, (_, i) => 0.5 + Math.sin(i) / 3);
    const feeds = { pan: wave(2 * SIDE * SIDE), ms: wave(4 * 64), lms: wave(4 * SIDE * SIDE) };
    const before = (await session.run(feeds)).output.data.slice() as Float32Array;
    feeds.pan[2 * SIDE + 2] += 0.5;
    const after = (await session.run(feeds)).output.data as Float32Array;
    await session.close();
    const changes = before.map((value, i) => Math.abs(after[i] - value));
    return changes[28 * SIDE + 28] / changes.reduce((a, b) => Math.max(a, b));
  }

  test('without the frequency branch only its surroundings, with it the whole window', async () => {
    expect(await reach('none')).toBe(0);
    expect(await reach('fourier')).toBeGreaterThan(1e-4);
  });
});
