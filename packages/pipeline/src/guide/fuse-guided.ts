/**
 * Sharpens bands with a guide of several bands: each band, or all that share a PAN, by a classical
 * method with a PAN of its own made of the guide. Hyper-sharpening, and Sentinel-2 by its own bands.
 */

import { groupBands } from '@bandweave/fusion';
import { allocate, InputError, type RasterInfo, type RasterSource } from '@bandweave/image';
import { createGeoTiff, pickBands } from '@bandweave/io';
import { ClassicalRunner } from '../classical-runner.js';
import type { FuseOptions } from '../fuse-options.js';
import { type Area, cutAreas, type Job, statisticsAreas } from '../job.js';
import { methodKind, statisticsPass } from '../operation.js';
import { type Plan, planFusion } from '../plan.js';
import type { Inputs } from '../regions.js';
import { fitGuide } from './fit-guide.js';
import type { GuideOptions, GuideSummary } from './guide-options.js';
import { syntheticPan } from './synthetic-pan.js';

/** Bytes that the samples of an area may take, all bands together. */
const AREA_BYTES = 1 << 26;

export interface GuidedFusion {
  readonly plan: Plan;
  readonly guide: GuideSummary;
  /** Always 0: such a fusion begins anew. */
  readonly resumedWindows: number;
}

/** Bands that share a PAN, and the job that sharpens them. */
interface Group {
  /** Places in the output. */
  readonly outputs: readonly number[];
  readonly job: Job;
  readonly inputs: Inputs;
  parameters: unknown;
}

/** Writes `output`; called by `fuse` where PAN has several bands. */
export async function fuseGuided(
  inputs: Inputs,
  output: string,
  options: FuseOptions & GuideOptions,
): Promise<GuidedFusion> {
  const { method = 'mtf-glp-hpm', signal, onProgress, onMessage } = options;
  if (methodKind(method) === 'network') {
    throw new InputError(
      `--method: expected a classical method for a guide of ${inputs.pan.info.bands} bands, got ${method}; or name one band of ${inputs.pan.name}.`,
    );
  }
  if (options.resume) {
    throw new InputError(
      '--resume: expected a PAN of one band, got a guide of several; leave --resume out.',
    );
  }
  const whole = await planFor(inputs, { pan: pickBands(inputs.pan, [0]), ms: inputs.ms }, options);
  const { job } = whole;
  const summary = await fitGuide(inputs, {
    ...options,
    scene: job.scene,
    origin: job.origin,
  });
  for (const message of [...whole.alignment.messages, describe(summary)]) onMessage?.(message);
  const groups = await groupsOf(inputs, { whole, summary, options: { ...options, method } });
  const sink = await createGeoTiff(output, whole.info, {
    compression: options.compress ?? 'none',
    cog: options.cog ?? false,
    ...(options.overviews && !options.cog ? { overviews: 'average' as const } : {}),
  });
  try {
    await gatherStatistics(groups, options);
    const areas = cutAreas(whole.info, areaSize(whole.info));
    let valid = 0;
    for (const [done, area] of areas.entries()) {
      onProgress?.({ stage: 'fuse', done, total: areas.length });
      const fused = await fuseArea(groups, area, { info: whole.info, signal });
      await sink.write(fused.window, fused.raster);
      valid += fused.valid;
    }
    if (valid === 0) {
      throw new InputError(
        `${output}: expected pixels that hold data in both guide and bands, got none; check nodata and extents.`,
      );
    }
    await sink.finish();
    onProgress?.({ stage: 'fuse', done: areas.length, total: areas.length });
  } catch (error) {
    await sink.abort();
    throw error;
  }
  return { plan: { ...whole, job: { ...job, method } }, guide: summary, resumedWindows: 0 };
}

function planFor(
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
}

async function groupsOf(
  inputs: Inputs,
  { whole, summary, options }: GroupsRequest,
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
      output: {
        ...plan.job.output,
        bands: places,
        ...(nodata === undefined ? {} : { nodata }),
      },
      tile: Math.max(...Object.values(areaSize(whole.info))),
    };
    groups.push({ outputs, job, inputs: { pan, ms, borrowed: true }, parameters: null });
  }
  return groups;
}

async function gatherStatistics(groups: readonly Group[], options: FuseOptions): Promise<void> {
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

async function fuseArea(
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
    const fused = await runner.fuse(area, parameters, signal);
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
function areaSize({ bands }: RasterInfo): { height: number; width: number } {
  const side = Math.floor(Math.sqrt(AREA_BYTES / (8 * bands)) / 256) * 256;
  const within = Math.min(1024, Math.max(256, side));
  return { height: within, width: within };
}

function describe({ guide, mtfGain, bands }: GuideSummary): string {
  const least = Math.min(...bands.map(({ correlation }) => correlation));
  const how =
    guide === 'synthesise' ? 'a PAN of its own for each band' : 'the nearest guide band for each';
  return `guide: ${how}, MTF gain ${mtfGain}; correlation with the bands ${least.toFixed(3)} or more`;
}
