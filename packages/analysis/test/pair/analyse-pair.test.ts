import type { Raster } from '@bandweave/image';
import { expect, test } from 'vitest';
import { analysePair, classicalFunction, type PairFunction } from '../../src/index.js';

const BANDS = 3;
const RATIO = 4;
const SIDE = 34;

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

const pair = { pan: land(1, SIDE * RATIO), ms: land(BANDS, SIDE) };
const toolbox = { phase: 'toolbox', msGains: [0.3, 0.3, 0.25] } as const;
/** The probe reaches 46 PAN pixels to each side, the border keeps the scene's edges out. */
const probe = { side: 23, border: 46 } as const;

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
] as const)(
  '%s %o is what comes from PAN and what comes from MS',
  async (name, options) => {
    const { residualShare } = await analysePair(
      classicalFunction(name, pair, options),
      pair,
      probe,
    );
    for (const share of residualShare) expect(share).toBeLessThan(1e-6);
  },
  60_000,
);

/** Around the scene's own mean they are nearly linear; 3e-3 is still thousands of times the bound above. */
test.each(['brovey', 'sfim', 'mtf-glp-hpm'])(
  '%s leaves a residual',
  async (name) => {
    const { residualShare } = await analysePair(
      classicalFunction(name, pair, toolbox),
      pair,
      probe,
    );
    for (const share of residualShare) expect(share).toBeGreaterThan(0.003);
  },
  60_000,
);

test('mtf-glp has another response for each place in a MS pixel, and one does not stand for all', async () => {
  const fuse = classicalFunction('mtf-glp', pair, toolbox);
  const { residualShare } = await analysePair(fuse, pair, { ...probe, places: 'one' });
  for (const share of residualShare) expect(share).toBeGreaterThan(1e-3);
}, 60_000);

test('exp takes nothing from PAN and one from its own band', async () => {
  const fuse = classicalFunction('exp', pair, toolbox);
  const { panGain, msGain, bands } = await analysePair(fuse, pair, probe);
  expect(panGain).toBeAllclose([0, 0, 0], { atol: 1e-9 });
  expect(msGain.flat()).toBeAllclose([1, 0, 0, 0, 1, 0, 0, 0, 1], { atol: 1e-3 });
  for (const { low, high } of bands) {
    expect([low.pan, low.ms, low.residual]).toBeAllclose([0, 1, 0], { atol: 1e-6 });
    expect(high.ms).toBeCloseTo(1, 6);
  }
});

test('a made method whose high frequencies are PAN and whose low ones are MS is told so', async () => {
  // MS repeated over its pixels, plus PAN less the mean of the MS pixel it lies in.
  const fuse: PairFunction = ({ pan, ms }) => {
    const { height, width } = pan;
    const data = new Float64Array(ms.bands * height * width);
    const means = new Float64Array(ms.height * ms.width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = Math.floor(y / RATIO) * ms.width + Math.floor(x / RATIO);
        means[at] += pan.data[y * width + x] / RATIO ** 2;
      }
    }
    for (let k = 0; k < ms.bands; k++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = Math.floor(y / RATIO) * ms.width + Math.floor(x / RATIO);
          const detail = pan.data[y * width + x] - means[at];
          data[(k * height + y) * width + x] = ms.data[k * means.length + at] + 0.5 * detail;
        }
      }
    }
    return { bands: ms.bands, height, width, data };
  };
  const { panGain, bands, residualShare, rings } = await analysePair(fuse, pair, probe);
  expect(panGain).toBeAllclose([0, 0, 0], { atol: 1e-9 });
  for (const share of residualShare) expect(share).toBeLessThan(1e-9);
  for (const { low, high } of bands) {
    expect(low.ms).toBeGreaterThan(0.9);
    expect(high.pan).toBeGreaterThan(low.pan);
    expect(high.pan + high.ms + high.residual).toBeCloseTo(1, 9);
  }
  for (const { pan, ms, residual } of rings) expect(pan + ms + residual).toBeCloseTo(1, 9);
  expect(rings.length).toBeGreaterThan(20);
});
