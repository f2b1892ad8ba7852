/** The bands of a cube in groups that share a PAN made of the guide, each with its job. */

import { groupBands } from '@bandweave/fusion';
import { allocate, type RasterInfo, type RasterSource } from '@bandweave/image';
import { pickBands } from '@bandweave/io';
import { ClassicalRunner } from '../classical-runner.js';
import type { FuseOptions } from '../fuse-options.js';
import { type Area, type Job, statisticsAreas } from '../job.js';
import { statisticsPass } from '../operation.js';
import { type Plan, planFusion } from '../plan.js';
import type { Inputs } from '../regions.js';
import type { GuideSummary } from './guide-options.js';
import { syntheticPan } from './synthetic-pan.js';

/** Bytes that the samples of an area may take, all bands together. */
const AREA_BYTES = 1 << 26;

/** Bands that share a PAN, and the job that sharpens them. */
export interface Group {
  /** Places in the output. */
  readonly outputs: readonly number[];
  readonly job: Job;
  readonly inputs: Inputs;
  parameters: unknown;
}

export function planFor(
  { borrowed }: Inputs,
  pair: { readonly pan: RasterSource; readonly ms: RasterSource },
  { method = 'mtf-glp-hpm', ...options }: FuseOptions,
): Promise<Plan> {
  const specs = { pan: pair.pan.name, ms: [pair.ms.name] };
  return planFusion({ ...pair, borrowed }, specs, { ...options, method });
}

interface GroupsRequest {
  readonly whole: Plan;
  readonly summary: GuideSummary;
  readonly options: FuseOptions;
  /** In float32, NaN where nothing is known, whatever the output's type. */
  readonly float?: boolean;
}

export async function groupsOf(
  inputs: Inputs,
  { whole, summary, options, float = false }: GroupsRequest,
): Promise<Group[]> {
  const { bands: _, bandWeights: __, ...rest } = options;
  const { bands, nodata } = whole.job.output;
  const { method } = whole.job;
  const shared = groupBands({ fits: summary.bands, choice: summary.guide, bands, method });
  const groups: Group[] = [];
  for (const { outputs, seen, places, pan: sum } of shared) {
    const pan = syntheticPan(inputs.pan, sum, options.nodata);
    const ms = pickBands(inputs.ms, seen);
    const plan = await planFor(inputs, { pan, ms }, { ...rest, sensor: 'generic' });
    const job: Job = {
      ...plan.job,
      scene: { ...plan.job.scene, msGains: seen.map(() => summary.mtfGain) },
      output: float
        ? { bands: places, dataType: 'float32', nodata: Number.NaN }
        : { ...plan.job.output, bands: places, ...(nodata === undefined ? {} : { nodata }) },
      tile: Math.max(...Object.values(areaSize(whole.info))),
    };
    groups.push({ outputs, job, inputs: { pan, ms, borrowed: true }, parameters: null });
  }
  return groups;
}

export async function gatherStatistics(
  groups: readonly Group[],
  options: FuseOptions,
): Promise<void> {
  const { signal, onProgress } = options;
  for (const [done, group] of groups.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'statistics', done, total: groups.length });
    const runner = new ClassicalRunner(group.job, group.inputs);
    const { height, width } = group.job.scene;
    let pass = statisticsPass(group.job);
    let first: unknown;
    while (pass) {
      const merged = new Float64Array(pass.size);
      for (const area of statisticsAreas(height, width)) {
        pass.merge(merged, await runner.statistics(area, { first, ...(signal ? { signal } : {}) }));
      }
      group.parameters = pass.solve(merged);
      pass = first === undefined ? pass.next?.(group.parameters) : undefined;
      first = group.parameters;
    }
    await runner.close();
  }
}

export async function fuseArea(
  groups: readonly Group[],
  area: Area,
  { info, signal }: { readonly info: RasterInfo; readonly signal: AbortSignal | undefined },
) {
  const height = area.rows.end - area.rows.start;
  const width = area.cols.end - area.cols.start;
  const pixels = height * width;
  const data = allocate(info.dataType, info.bands * pixels);
  let valid = 0;
  for (const { outputs, job, inputs, parameters } of groups) {
    const runner = new ClassicalRunner(job, inputs);
    const fused = await runner.fuse(area, parameters, { signal });
    await runner.close();
    for (const [k, at] of outputs.entries()) {
      data.set(fused.samples.subarray(k * pixels, (k + 1) * pixels), at * pixels);
    }
    valid = Math.max(valid, fused.valid);
  }
  const window = { row: area.rows.start, col: area.cols.start, height, width };
  return { window, raster: { bands: info.bands, height, width, data }, valid };
}

/** Squares of 128 to 1024 pixels, whole tiles, that keep all bands of an area within bounds. */
export function areaSize({ bands }: RasterInfo): { height: number; width: number } {
  const side = Math.floor(Math.sqrt(AREA_BYTES / (8 * bands)) / 256) * 256;
  const within = Math.min(1024, Math.max(256, side));
  return { height: within, width: within };
}
