import { expect, test } from 'vitest';
import { fullResolutionIndices, referenceIndices } from '../src/by-convention.js';
import { indexInfo } from '../src/catalogue.js';
import { CONVENTIONS, requireConvention } from '../src/convention.js';
import { msSsim } from '../src/sewar/ms-ssim.js';
import { change, scene } from './scenes.js';

const reference = scene(3, 40, 48);
const estimate = change(reference, (value, i) => value + (i % 13) * 25);

/** By golden/conventions.py. */
const GOLDEN = {
  sewar: {
    sam: 0.07922398304263202,
    ergas: 64.14701199926776,
    scc: 0.7673142513493548,
    ssim: 0.9138499390110577,
    q: 0.9776361088974989,
    rase: 1098.4118017875012,
  },
  torchmetrics: {
    sam: 0.07530815753973501,
    ergas: 4.009188249954235,
    scc: 0.7673142513493548,
    ssim: 0.8333675764407703,
    q: 0.8295310343596495,
    rase: 1097.8527459819336,
  },
} as const;

test.each(['sewar', 'torchmetrics'] as const)('%s: figures of SciPy by its rules', (convention) => {
  const got = referenceIndices(estimate, reference, { ratio: 4, bits: 11, convention });
  for (const [key, value] of Object.entries(GOLDEN[convention])) {
    expect([got[key]], key).toBeAllclose([value], { rtol: 1e-9 });
  }
});

test.each(CONVENTIONS)('%s: a perfect image has the best value of every index', (convention) => {
  const image = scene(4, 64, 64);
  const got = referenceIndices(image, image, { ratio: 4, bits: 11, convention });
  for (const [key, value] of Object.entries(got)) {
    const { best } = indexInfo(key, convention)!;
    if (best === Number.POSITIVE_INFINITY) expect(value).toBe(best);
    // An angle of 1 - 1e-16 is 1e-8.
    else expect(value).toBeCloseTo(best, 7);
  }
});

test.each(CONVENTIONS)('%s: zero pixels, constant bands and nodata give no NaN', (convention) => {
  const spoilt = change(reference, (value, i) => {
    if (i % 1920 < 20) return 0;
    return i >= 2 * 1920 ? 300 : value;
  });
  const holed = change(spoilt, (value, i) => (i % 1920 === 700 ? Number.NaN : value));
  const noisy = change(holed, (value, i) => (i < 1920 ? value + (i % 7) : value));
  const pan = scene(1, 40, 48, 3);
  const ms = scene(3, 20, 24, 5);
  const mask = new Uint8Array(1920).fill(1);
  mask[700] = 0;
  const got = {
    ...referenceIndices(noisy, holed, { ratio: 4, bits: 11, convention }),
    ...fullResolutionIndices(noisy, { pan, ms, mask, ratio: 2, convention }),
  };
  for (const [key, value] of Object.entries(got)) expect(Number.isNaN(value), key).toBe(false);
});

test('indices say whose rules they follow', () => {
  expect(indexInfo('sam')).toMatchObject({ unit: 'degrees', range: [0, 180] });
  expect(indexInfo('sam', 'sewar')).toMatchObject({ unit: 'radians', range: [0, Math.PI] });
  expect(indexInfo('ergas', 'sewar')!.convention).toContain('times the ratio');
  expect(() => requireConvention('matlab')).toThrow(/toolbox, torchmetrics, sewar/);
});

test('MS-SSIM: fewer scales take the first weights, and the convention takes five', () => {
  const of = (scales?: number) =>
    msSsim(estimate, reference, { bits: 11, ...(scales === undefined ? {} : { scales }) });
  // By golden/conventions.py.
  expect([of(1), of(2)]).toBeAllclose([0.9922504508156589, 0.9850760959426265], { rtol: 1e-12 });
  const { ms_ssim } = referenceIndices(estimate, reference, {
    ratio: 4,
    bits: 11,
    convention: 'sewar',
  });
  expect(of()).toBe(ms_ssim);
  expect(of(5)).toBe(ms_ssim);
  for (const scales of [0, 6, 1.5]) expect(() => of(scales)).toThrow(/expected 1 to 5 scales/);
});
