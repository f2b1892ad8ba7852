/** QWSNM and its sister QWNNM: whole runs of denoising and deblurring, and their parts. */

import { join } from 'node:path';
import type { Raster } from '@bandweave/image';
import { psnr } from '@bandweave/metrics';
import {
  type DenoiseParameters,
  deblur,
  denoise,
  GroupShrinker,
  keyCoordinates,
  Matcher,
  patchGrid,
  type ShrinkRule,
} from '@bandweave/restoration';
import type { ParityCase, Verdict } from '../case.js';
import { worse } from '../case.js';
import { maxAbsDifference, need, readTensors, type Tensor, toRaster } from '../tensors.js';
import { fourier, singularValues, thresholds } from './qwsnm-algebra.js';

type Tensors = ReadonlyMap<string, Tensor>;

export async function runQwsnm({ folder, json }: ParityCase): Promise<Verdict> {
  const io = readTensors(join(folder, 'io.safetensors'));
  if (io.has('G')) return thresholds(io, json.config);
  if (io.has('psf_motion_20_60') || io.has('f1.x')) return fourier(io);
  if (io.has('noisy')) return denoising(io, json);
  if (io.has('degraded')) return deblurring(io, json);
  return singularValues(io, json.config.cases);
}

// biome-ignore lint/suspicious/noExplicitAny: the form of case.json
function ruleOf(config: any): ShrinkRule {
  const { core } = config;
  if (typeof core === 'string') return { kind: 'nuclear', constant: 2 * config.c };
  const constant = core.k_factor * config.Constant;
  const { p: power, J: steps, reweightings } = core;
  return { kind: 'schatten', power, constant, steps, reweightings };
}

// biome-ignore lint/suspicious/noExplicitAny: the form of case.json
function modeOf({ core }: any): 'released' | 'quaternion' {
  return String(core?.mode ?? 'released').startsWith('quaternion') ? 'quaternion' : 'released';
}

/** Of float32 runs a few near-ties may fall the other way. */
const NEAR_TIES = 0.002;

// biome-ignore lint/suspicious/noExplicitAny: the form of case.json
function denoising(io: Tensors, json: any): Verdict {
  const { config, tolerance } = json;
  // The runs with patches in double precision are stated to many more digits.
  const exact = String(tolerance.est_final).startsWith('abs');
  const parameters: DenoiseParameters = {
    precision: exact ? 'double' : 'single',
    mode: modeOf(config),
    rule: ruleOf(config),
    side: config.patsize,
    step: config.step,
    search: config.SearchWin,
    count: config.patnum,
    countFall: config.patnum_reduction ?? 0,
    iterations: config.Iter,
    rematch: config.Innerloop,
    lambda: config.lamada,
    delta: config.delta,
  };
  const clean = toRaster(need(io, 'clean'));
  const noisy = toRaster(need(io, 'noisy'));
  const scores: number[] = [];
  const final = denoise(noisy, {
    sigma: config.nSig,
    parameters,
    onIteration: (_, data) => scores.push(psnr({ ...clean, data }, clean, { bits: 8 })),
  });
  const expected = toRaster(need(io, 'est_final'));
  const verdicts: Verdict[] = [
    exact
      ? { error: maxAbsDifference(final.data, expected.data), tolerance: 1e-5, note: 'est_final' }
      : { error: meanAbs(final, expected), tolerance: 0.01, note: 'est_final, mean' },
    {
      error: maxAbsDifference(scores, need(io, 'psnr').data),
      tolerance: exact ? 1e-6 : 0.002,
      note: 'psnr',
    },
    ...matching(io, noisy, parameters),
    ...oneGroup(io, parameters, config.nSig, exact ? 1e-6 : 1e-2),
  ];
  return verdicts.reduce(worse);
}

/** Largest difference beyond the half digit that was lost when the reference became float32. */
function beyondFloat32(got: ArrayLike<number>, reference: Float64Array): number {
  return reference.reduce((most, value, i) => {
    const half = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), 2 ** -100))) - 24);
    return Math.max(most, Math.abs(got[i] - value) - half);
  }, 0);
}

function meanAbs(a: Raster, b: Raster): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i] - b.data[i]);
  return sum / a.data.length;
}

interface Matching {
  readonly side: number;
  readonly step: number;
  readonly search: number;
}

/** The share of matches of the first matching that differ. */
function matching(io: Tensors, picture: Raster, { side, step, search }: Matching): Verdict[] {
  const reference = io.get('nl_first');
  if (!reference) return [];
  const [keys, count] = reference.shape;
  const grid = patchGrid(picture.height, picture.width, side);
  const rows = keyCoordinates(grid.rows, step);
  const cols = keyCoordinates(grid.cols, step);
  const planes = { ...picture, data: Float64Array.from(picture.data) };
  const matcher = new Matcher(planes, { grid, keyCols: cols, search, count });
  matcher.load(0, picture.height);
  const found = new Map<number, Int32Array>();
  for (const row of rows) {
    const out = new Int32Array(cols.length * count);
    matcher.row(row, out, { stride: count, counts: new Int32Array(cols.length) });
    cols.forEach((col, i) => {
      found.set(col * grid.rows + row, out.slice(i * count, (i + 1) * count));
    });
  }
  let wrong = 0;
  need(io, 'key_index').data.forEach((key, k) => {
    const expected = new Set(reference.data.subarray(k * count, (k + 1) * count));
    const own = found.get(key);
    wrong += own ? own.filter((index) => !expected.has(index)).length : count;
  });
  return [{ error: wrong / (keys * count), tolerance: NEAR_TIES, note: 'nl_first' }];
}

function oneGroup(
  io: Tensors,
  { mode, rule }: Pick<DenoiseParameters, 'mode' | 'rule'>,
  level: number,
  tolerance: number,
): Verdict[] {
  const input = io.get('group_in');
  if (!input) return [];
  const [pixels, patches, bands] = input.shape;
  const shrinker = new GroupShrinker({ pixels, bands, patches }, mode, rule);
  const at = (p: number, j: number, c: number) => (p * patches + j) * bands + c;
  const turned = (data: Float64Array) => {
    const out = new Float64Array(data.length);
    for (let j = 0, to = 0; j < patches; j++) {
      for (let c = 0; c < bands; c++) {
        for (let p = 0; p < pixels; p++) out[to++] = data[at(p, j, c)];
      }
    }
    return out;
  };
  shrinker.fill(turned(input.data), patches);
  const before: number[] = [];
  const after: number[] = [];
  shrinker.shrink(patches, level, (s, shrunk) => {
    before.push(s);
    after.push(shrunk);
  });
  const error = maxAbsDifference(shrinker.result(patches), turned(need(io, 'group_out').data));
  const compared = (name: string, got: readonly number[]): Verdict => {
    const { data } = need(io, name);
    // The adjoint has each value twice. Economy size: what is beyond the smaller side is nothing.
    const times = mode === 'quaternion' && data.length === 2 * got.length ? 2 : 1;
    const of = (i: number) => got[Math.floor(i / times)] ?? 0;
    const most = Array.from(data).map((value, i) => Math.abs(value - of(i)));
    return { error: Math.max(...most), tolerance, note: name };
  };
  return [
    { error, tolerance, note: 'group_out' },
    compared('group_s_shrunk', after),
    ...(tolerance < 1e-3 ? [] : [compared('group_s', before)]),
  ];
}

// biome-ignore lint/suspicious/noExplicitAny: the form of case.json
function deblurring(io: Tensors, json: any): Verdict {
  const { config, tolerance } = json;
  const clean = toRaster(need(io, 'clean'));
  const degraded = toRaster(need(io, 'degraded'));
  const psf = need(io, 'psf');
  const exact = 'u/g' in tolerance;
  const wide = exact ? 1e-5 : 1e-8;
  const mean = 0.02;
  let verdict: Verdict = { error: 0, tolerance: 1 };
  const size = clean.data.length;
  const expectedOf = (name: string, k: number) => {
    const { shape, data } = need(io, name);
    return toRaster({
      shape: shape.slice(1),
      dtype: 'F64',
      data: data.subarray(k * size, (k + 1) * size),
    });
  };
  const level = config.lamada * config.nSig;
  deblur(degraded, {
    kernel: { height: psf.shape[0], width: psf.shape[1], data: psf.data },
    sigma: config.Sig,
    parameters: {
      precision: exact ? 'double' : 'single',
      mode: modeOf(config),
      rule: ruleOf(config),
      schedule: {
        kind: 'released',
        iterations: config.iterations,
        multiplierStep: config.multiplier_step,
      },
      fidelity: config.lambda_,
      penalty: config.beta,
      side: config.patsize,
      step: config.step,
      search: config.SearchWin,
      count: config.patnum,
      level,
      rematch: config.Innerloop,
    },
    onIteration: ({ norms: { iteration }, u, g }) => {
      const k = iteration - 1;
      if (k === 0) {
        const first = toRaster(need(io, 'u_first'));
        const error = maxAbsDifference(u, first.data);
        verdict = worse(verdict, { error, tolerance: wide, note: 'u_first' });
        verdict = matching(
          io,
          { ...clean, data: u },
          {
            side: config.patsize,
            step: config.step,
            search: config.SearchWin,
          },
        ).reduce(worse, verdict);
      }
      for (const [name, data] of [
        ['u', u],
        ['g', g],
      ] as const) {
        const own = { ...clean, data };
        const expected = expectedOf(`${name}_iters`, k);
        const error = exact ? beyondFloat32(data, expected.data) : meanAbs(own, expected);
        const limit = exact ? 1e-5 : mean;
        verdict = worse(verdict, { error, tolerance: limit, note: `${name}_iters ${iteration}` });
        verdict = worse(verdict, {
          error: Math.abs(psnr(own, clean, { bits: 8 }) - need(io, `psnr_${name}`).data[k]),
          tolerance: exact ? 1e-6 : 0.005,
          note: `psnr_${name} ${iteration}`,
        });
      }
    },
  });
  const parameters = { mode: modeOf(config), rule: ruleOf(config) };
  return oneGroup(io, parameters, level, exact ? 1e-6 : 1e-2).reduce(worse, verdict);
}
