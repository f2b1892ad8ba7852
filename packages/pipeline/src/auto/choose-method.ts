/** Which classical method suits a scene, by its own quality one scale down. */

import { findMethod, fuseArrays, METHODS } from '@bandweave/fusion';
import type { RasterSource } from '@bandweave/image';
import { q2nMap } from '@bandweave/metrics';
import { alignGrids } from '../align.js';
import type { FuseOptions } from '../fuse-options.js';
import { chooseSensor } from '../sensor-choice.js';
import type { AutoChoice, AutoScore } from './auto-choice.js';
import { type SamplePair, samplePair, sampleParts } from './sample-pair.js';

/** What `--method` calls it. */
export const AUTO = 'auto';

/** What stands where nothing beats it clearly. */
export const SAFE_METHOD = 'mtf-glp-fs';

/** Methods that are tried: good ones that are quick on scenes of any size. */
const CANDIDATES: readonly string[] = [
  SAFE_METHOD,
  'awlp',
  'bdsd-pc',
  'bt-h',
  'gsa',
  'mf-hg',
  'mtf-glp-cbd',
  'mtf-glp-hpm',
  'mtf-glp-hpm-h',
  'mtf-glp-hpm-r',
];

/** Least gain in mean Q2n, and in its standard errors over blocks, that counts as clear. */
const LEAST_GAIN = 0.005;
const LEAST_ERRORS = 2;

/** Blocks of Q2n in the sample; fewer say nothing. */
const LEAST_BLOCKS = 4;
const BLOCK = 32;

/**
 * The candidate of the highest Q2n by Wald's protocol on a sample of the scene, if it beats
 * `mtf-glp-fs` by 0.005 and by two standard errors over blocks of 32 pixels; else `mtf-glp-fs`.
 * The sample is the same in every run.
 */
export async function chooseMethod(
  { pan, ms }: { readonly pan: RasterSource; readonly ms: RasterSource },
  options: Pick<
    FuseOptions,
    'sensor' | 'signal' | 'align' | 'extent' | 'bandWeights' | 'nodata' | 'onProgress'
  >,
): Promise<AutoChoice> {
  const alignment = alignGrids(pan, ms, options);
  const ratio = Math.round(Math.sqrt(alignment.rows.ratio * alignment.cols.ratio));
  const { gains } = chooseSensor(options.sensor, { pan, ms, ratio: alignment.cols.ratio });
  const { height, width } = ms.info;
  if (ratio < 2 || Math.min(height, width) < 2 * BLOCK) {
    return {
      method: SAFE_METHOD,
      reason: `method ${SAFE_METHOD}: the scene is too small to be judged one scale down`,
      scores: [],
    };
  }
  const names = CANDIDATES.filter((name) => METHODS.some((method) => method.name === name));
  const blocks = new Map<string, number[]>(names.map((name) => [name, []]));
  const parts = sampleParts({ height, width }, ratio);
  let done = 0;
  for (const window of parts) {
    const sample = await samplePair(
      { pan, ms },
      { window, alignment, ratio, gains, nodata: options.nodata, signal: options.signal },
    );
    for (const name of names) {
      await new Promise(setImmediate);
      options.signal?.throwIfAborted();
      blocks.get(name)!.push(...blockQuality(name, sample, { ...options, gains }));
      options.onProgress?.({ stage: 'auto', done: ++done, total: parts.length * names.length });
    }
  }
  return decide(blocks);
}

/** Q2n of every block; NaN for one that holds too little data. */
function blockQuality(
  name: string,
  { pan, ms, reference }: SamplePair,
  { gains, bandWeights }: Pick<FuseOptions, 'bandWeights'> & { gains: readonly number[] },
): Float64Array {
  const fused = fuseArrays({ pan, ms }, findMethod(name), {
    phase: 'toolbox',
    msGains: gains,
    ...(bandWeights ? { bandWeights } : {}),
  });
  return q2nMap(fused, reference, { block: BLOCK }).map;
}

function decide(blocks: ReadonlyMap<string, readonly number[]>): AutoChoice {
  const base = blocks.get(SAFE_METHOD)!;
  const scores = [...blocks].map(([method, values]): AutoScore => {
    const known = values.filter(Number.isFinite);
    const gains = values.map((value, i) => value - base[i]!).filter(Number.isFinite);
    const gain = meanOf(gains);
    const squares = gains.reduce((sum, value) => sum + (value - gain) ** 2, 0);
    const error = Math.sqrt(squares / Math.max(1, gains.length - 1) / Math.max(1, gains.length));
    return { method, q2n: meanOf(known), gain, error };
  });
  scores.sort((a, b) => b.q2n - a.q2n || a.method.localeCompare(b.method));
  const best = scores[0]!;
  const count = base.filter(Number.isFinite).length;
  const clear = best.gain >= LEAST_GAIN && best.gain >= LEAST_ERRORS * best.error;
  const method = count >= LEAST_BLOCKS && clear ? best.method : SAFE_METHOD;
  return { method, reason: reasonOf(method, scores, count), scores };
}

function reasonOf(method: string, scores: readonly AutoScore[], count: number): string {
  const figure = (name: string) => scores.find((score) => score.method === name)!.q2n.toFixed(3);
  const sample = `on ${count} blocks one scale down`;
  if (count < LEAST_BLOCKS) return `method ${method}: too few blocks one scale down to judge by`;
  if (method !== SAFE_METHOD) {
    return `method ${method}: Q2n ${figure(method)} ${sample}, ${SAFE_METHOD} ${figure(SAFE_METHOD)}`;
  }
  const rival = scores.find((score) => score.method !== method);
  if (!rival) return `method ${method}: nothing to compare with`;
  return `method ${method}: Q2n ${figure(method)} ${sample}, no other clearly better (${rival.method} ${figure(rival.method)})`;
}

const meanOf = (values: readonly number[]): number =>
  values.length === 0
    ? Number.NEGATIVE_INFINITY
    : values.reduce((sum, value) => sum + value, 0) / values.length;
