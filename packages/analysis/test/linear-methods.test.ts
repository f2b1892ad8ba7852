import { type FuseArraysOptions, findMethod, fuseArrays, parametersOf } from '@bandweave/fusion';
import type { Raster } from '@bandweave/image';
import { expect, test } from 'vitest';
import { impulseResponses, linearPartByBand, type SuperResolver } from '../src/index.js';

const BANDS = 3;
const RATIO = 4;
const SIDE = 26;

/** Hills and grain, another in every band. */
function land(bands: number, side: number): Raster<Float64Array> {
  const data = Float64Array.from({ length: bands * side * side }, (_, i) => {
    const k = Math.floor(i / side ** 2);
    const y = Math.floor(i / side) % side;
    const x = i % side;
    const grain = Math.abs(Math.sin(12.9898 * (i + 1))) * 40;
    return 300 + 60 * k + 80 * Math.sin((5 * y) / side + k) + 50 * Math.cos((9 * x) / side) + grain;
  });
  return { bands, height: side, width: side, data };
}

const ms = land(BANDS, SIDE);
const pan = land(1, SIDE * RATIO);
const zeros = (bands: number, side: number) => ({
  bands,
  height: side,
  width: side,
  data: new Float64Array(bands * side * side),
});

/** The method as a function of one image, the other as given, its statistics those of the pair. */
function frozen(name: string, options: FuseArraysOptions, other: 'dark' | 'land') {
  const method = findMethod(name);
  const parameters = parametersOf({ pan, ms }, method, options);
  const fuse = (pair: { pan: Raster; ms: Raster }) =>
    fuseArrays(pair, method, { ...options, parameters });
  const ofMs: SuperResolver = (image) => {
    const side = image.height * RATIO;
    return fuse({ ms: image, pan: other === 'dark' ? zeros(1, side) : crop(pan, side) });
  };
  const ofPan: SuperResolver = (image) =>
    fuse({ pan: image, ms: zeros(BANDS, Math.floor(image.height / RATIO)) });
  return { ofMs, ofPan };
}

function crop(image: Raster<Float64Array>, side: number): Raster<Float64Array> {
  const out = zeros(1, side);
  for (let y = 0; y < side; y++) {
    out.data.set(image.data.subarray(y * image.width, y * image.width + side), y * side);
  }
  return out;
}

/** Relative share of N(I) - N(0) that superposition does not give, `border` pixels in. */
async function unexplained(
  network: SuperResolver,
  image: Raster<Float64Array>,
  { scale, side, border }: { scale: number; side: number; border: number },
): Promise<number> {
  const responses = await impulseResponses(network, {
    bands: image.bands,
    side,
    zeroResponse: 'removed',
  });
  const linear = linearPartByBand(image, responses, { scale });
  const got = await network(image);
  const dark = await network({ ...image, data: new Float64Array(image.data.length) });
  let rest = 0;
  let all = 0;
  for (let k = 0; k < got.bands; k++) {
    for (let y = border; y < got.height - border; y++) {
      for (let x = border; x < got.width - border; x++) {
        const p = (k * got.height + y) * got.width + x;
        const value = got.data[p] - dark.data[p];
        rest += (value - linear.data[p]) ** 2;
        all += value ** 2;
      }
    }
  }
  return Math.sqrt(rest / all);
}

const toolbox = { phase: 'toolbox', msGains: [0.3, 0.3, 0.25] } as const;

test.each([
  ['exp', toolbox],
  ['exp', { enlargement: 'cubic' }],
  ['exp', { enlargement: 'lanczos' }],
  ['hpf', toolbox],
  ['atwt', toolbox],
  ['mtf-glp', toolbox],
  ['mtf-glp-fs', toolbox],
  ['gsa', toolbox],
  ['bdsd', toolbox],
] as const)('%s %o leaves nothing with respect to MS', async (name, options) => {
  const { ofMs } = frozen(name, options, 'dark');
  const share = await unexplained(ofMs, ms, { scale: RATIO, side: 21, border: 40 });
  expect(share).toBeLessThan(1e-9);
});

test.each(['hpf', 'atwt', 'gsa'])('%s leaves nothing with respect to PAN', async (name) => {
  const { ofPan } = frozen(name, toolbox, 'dark');
  const image = land(1, 64);
  const share = await unexplained(ofPan, image, { scale: 1, side: 44, border: 22 });
  expect(share).toBeLessThan(1e-9);
});

test.each(['brovey', 'sfim', 'mtf-glp-hpm'])('%s leaves a residual', async (name) => {
  const { ofMs } = frozen(name, toolbox, 'land');
  const share = await unexplained(ofMs, ms, { scale: RATIO, side: 21, border: 40 });
  expect(share).toBeGreaterThan(0.01);
});

test('the response of hpf to PAN is its gain times a pixel less a box of 5 x 5', async () => {
  const { gains } = parametersOf({ pan, ms }, findMethod('hpf'), toolbox) as {
    gains: number[];
  };
  const { ofPan } = frozen('hpf', toolbox, 'dark');
  const [response] = await impulseResponses(ofPan, { bands: 1, side: 12, zeroResponse: 'removed' });
  for (let k = 0; k < BANDS; k++) {
    const at = (y: number, x: number) => response.data[(k * 12 + y) * 12 + x];
    expect(at(6, 6)).toBeCloseTo(gains[k] * (1 - 1 / 25), 12);
    expect(at(4, 8)).toBeCloseTo(-gains[k] / 25, 12);
    expect(at(3, 6)).toBeCloseTo(0, 12);
  }
});

test('the response of the 23-tap enlargement has 1 at the sample and zeros at the others', async () => {
  const { ofMs } = frozen('exp', toolbox, 'dark');
  const responses = await impulseResponses(ofMs, { bands: BANDS, side: 21 });
  const at = (y: number, x: number) => responses[0].data[y * 84 + x];
  expect(at(42, 42)).toBeCloseTo(1, 12);
  expect(at(46, 42)).toBeCloseTo(0, 12);
  expect(at(44, 42)).toBeCloseTo(0.61066818237, 12);
  expect(responses[1].data[42 * 84 + 42]).toBe(0);
});
