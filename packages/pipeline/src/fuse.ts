/** Pansharpens a scene of any size: statistics first, then areas, then the file takes its name. */

import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError, type RasterInfo, type RasterSource } from '@bandweave/image';
import { createGeoTiff, type GeoTiffSink, pickBands, resumeGeoTiff } from '@bandweave/io';
import type { AutoChoice } from './auto/auto-choice.js';
import { AUTO, chooseMethod } from './auto/choose-method.js';
import { countSteps } from './count-steps.js';
import { type Executor, inlineExecutor, pooledExecutor } from './executor.js';
import type { FuseOptions, FuseResult, RasterInput } from './fuse-options.js';
import { CNMF, fuseCnmf } from './guide/fuse-cnmf.js';
import { describe, fuseGuided } from './guide/fuse-guided.js';
import type { GuideSummary } from './guide/guide-options.js';
import { guidedBase } from './guide/guided-base.js';
import { inOrder } from './in-order.js';
import { closeInputs, openInputs } from './inputs.js';
import { type Area, cutAreas, type Job, NETWORK_AREA, statisticsAreas } from './job.js';
import { mapPaths } from './map-paths.js';
import { planMemory } from './memory-plan.js';
import { type NetworkParameters, packScene } from './network-parameters.js';
import { methodKind, type StatisticsPass, statisticsPass } from './operation.js';
import { checkOutput } from './output-check.js';
import { forgetParameters, recallParameters, rememberParameters } from './parameters-file.js';
import { type Plan, planFusion } from './plan.js';
import type { Inputs } from './regions.js';

/** Scenes of fewer samples are fused in this thread: workers take longer to start. */
const SMALL_SAMPLES = 3e6;

/**
 * Writes `output`, a tiled GeoTIFF on PAN's grid with MS's bands and sample type.
 *
 * @param pan one band: a path, an address, `file.tif,band=3`, or an open raster; of several sharp
 *   bands each band's PAN is made, see `GuideOptions`
 * @param ms  one raster with all bands, or several on one grid (one a band)
 * @throws InputError in one line for anything wrong with files or options; the signal's reason
 *   when it aborts. Nothing is left under the final name, and inputs are never touched.
 */
export async function fuse(
  pan: RasterInput,
  ms: RasterInput | readonly RasterInput[],
  output: string,
  options: FuseOptions = {},
): Promise<FuseResult> {
  const started = performance.now();
  const { signal } = options;
  signal?.throwIfAborted();
  const msList = Array.isArray(ms) ? (ms as readonly RasterInput[]) : [ms as RasterInput];
  const { maps, uncertainty, overwrite = false } = options;
  if (uncertainty !== undefined && resolve(uncertainty) === resolve(output)) {
    throw new InputError(
      `--uncertainty: expected a file other than the output, got ${uncertainty}; name another.`,
    );
  }
  const beside = [...(uncertainty === undefined ? [] : [uncertainty])];
  for (const path of [output, ...beside, ...(maps === undefined ? [] : mapPaths(maps))]) {
    await checkOutput(path, [pan, ...msList], overwrite);
  }
  const inputs = await openInputs(pan, msList);
  try {
    const request = { specs: specsOf(pan, msList), output, options };
    for (const name of ['response', 'wavelengths', 'endmembers'] as const) {
      if (options[name] === undefined || options.method === CNMF) continue;
      throw new InputError(`--${name}: expected ${CNMF} as --method; leave --${name} out.`);
    }
    const made: Made =
      options.method === CNMF
        ? await fuseCnmf({ ...inputs, pan: withoutAlpha(inputs.pan) }, output, options)
        : inputs.pan.info.bands > 1
          ? await fuseByGuide({ ...inputs, pan: withoutAlpha(inputs.pan) }, request)
          : await fuseByPan(inputs, request);
    const { plan } = made;
    return {
      ...(made.guide ? { guide: made.guide } : {}),
      method: plan.job.method,
      ...(made.auto ? { auto: made.auto } : {}),
      output,
      width: plan.info.width,
      height: plan.info.height,
      bands: plan.info.bands,
      dataType: plan.info.dataType,
      sensor: plan.sensor,
      ratio: [plan.alignment.rows.ratio, plan.alignment.cols.ratio],
      offset: plan.alignment.offset,
      seconds: (performance.now() - started) / 1000,
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      resumedWindows: made.resumedWindows,
      ...(made.maps ? { maps: made.maps } : {}),
      ...(plan.job.network?.sampling ? { sampling: plan.job.network.sampling } : {}),
      ...(plan.uncertainty ? { uncertainty: uncertainty as string } : {}),
    };
  } finally {
    await closeInputs(inputs, [pan, ...msList]);
  }
}

function specsOf(pan: RasterInput, ms: readonly RasterInput[]) {
  const spec = (input: RasterInput) => (typeof input === 'string' ? input : input.name);
  return { pan: spec(pan), ms: ms.map(spec) };
}

/** What was done, whichever way. */
interface Made {
  readonly plan: Plan;
  readonly resumedWindows: number;
  readonly maps?: readonly string[] | undefined;
  readonly guide?: GuideSummary;
  readonly auto?: AutoChoice;
}

async function fuseByPan(
  inputs: Inputs,
  { specs, output, options }: RunRequest & { readonly specs: ReturnType<typeof specsOf> },
): Promise<Made> {
  const auto = options.method === AUTO ? await chooseMethod(inputs, options) : undefined;
  if (auto) options.onMessage?.(auto.reason);
  const asked = auto ? { ...options, method: auto.method } : options;
  const plan = await planFusion(inputs, specs, asked);
  for (const message of plan.messages) options.onMessage?.(message);
  const { resumedWindows, parameters } = await run(plan, inputs, { output, options });
  const chosen = auto ? { auto } : {};
  return {
    ...chosen,
    plan,
    resumedWindows,
    maps: await writeMaps(plan, inputs, { parameters, options }),
  };
}

/** A guide of several bands: classical methods band by band, networks all bands at once. */
async function fuseByGuide(
  inputs: Inputs,
  { specs, output, options }: RunRequest & { readonly specs: ReturnType<typeof specsOf> },
): Promise<Made> {
  const { method } = options;
  if (method === undefined || methodKind(method) !== 'network') {
    return fuseGuided(inputs, output, options);
  }
  const plan = await planFusion(inputs, specs, options);
  const begun = await guidedBase(inputs, plan, options);
  const messages = begun ? [...plan.messages, describe(begun.guide)] : plan.messages;
  for (const message of messages) options.onMessage?.(message);
  const seen = { ...inputs, ...(begun ? { base: begun.base } : {}), borrowed: true };
  const { resumedWindows, parameters } = await run(plan, seen, { output, options });
  return {
    plan,
    resumedWindows,
    maps: await writeMaps(plan, seen, { parameters, options }),
    ...(begun ? { guide: begun.guide } : {}),
  };
}

/** A guide's alpha says where it is known; it is no band to sharpen with. */
function withoutAlpha(guide: RasterSource): RasterSource {
  const { colors, bands } = guide.info;
  const shown = Array.from({ length: bands }, (_, k) => k).filter((k) => colors[k] !== 'alpha');
  return shown.length === bands ? guide : pickBands(guide, shown);
}

interface RunRequest {
  readonly output: string;
  readonly options: FuseOptions;
}

/** With the number of areas that an earlier run had finished. */
async function run(
  plan: Plan,
  inputs: Inputs,
  { output, options }: RunRequest,
): Promise<{ resumedWindows: number; parameters: unknown }> {
  const { job, info } = plan;
  const { signal } = options;
  const small = info.width * info.height * info.bands < SMALL_SAMPLES;
  const partial = `${output}.partial`;
  const { sink, side } = await openSinks(plan, { output, options });
  let executor: Executor | undefined;
  try {
    const memory = planMemory({
      ...info,
      tile: sink.coded.tile,
      memory: options.memory,
      threads: options.threads,
      ...(job.network ? { pixelsAtOnce: job.network.window ** 2 } : {}),
      ...(job.blocks ? { bytesAtOnce: job.blocks.bytes } : {}),
    });
    const areas = cutAreas(info, job.network ? NETWORK_AREA : (job.blocks?.area ?? memory.area));
    const left = areas.filter((area) => !sink.hasWindow(windowOf(area)));
    const { onProgress } = options;
    const counted = countSteps(job, left, onProgress);
    executor =
      inputs.borrowed || small
        ? inlineExecutor(job, inputs, {
            signal: signal ?? new AbortController().signal,
            ...counted,
          })
        : pooledExecutor(job, memory.threads, counted);
    const parameters = await prepare(executor, job, { inputs, partial, options });
    const resumed = areas.length - left.length;
    await fuseAreas(executor, [sink, side], {
      areas: left,
      resumed,
      parameters,
      signal,
      // Evaluations say more than areas where there are some.
      ...(onProgress && !counted ? { onProgress } : {}),
    });
    // Ending the workers takes as long as completing the file: side by side.
    await Promise.all([executor.close(), finished(sink, side)]);
    await forgetParameters(partial);
    return { resumedWindows: resumed, parameters };
  } catch (error) {
    await executor?.close();
    await Promise.all([sink.abort(), side?.abort()]);
    const interrupted = signal?.aborted && error === signal.reason;
    if (!interrupted) {
      await discard(partial);
      if (options.uncertainty !== undefined) await discard(`${options.uncertainty}.partial`);
    }
    throw error;
  }
}

interface Sinks {
  readonly sink: GeoTiffSink;
  /** Of means and deviations. */
  readonly side: GeoTiffSink | undefined;
}

/** The files to write, or none where one can't be. */
async function openSinks(plan: Plan, { output, options }: RunRequest): Promise<Sinks> {
  const { compress, cog = false, overviews, resume, uncertainty } = options;
  const open = resume ? resumeGeoTiff : createGeoTiff;
  const started = (path: string, info: RasterInfo) =>
    open(path, info, {
      compression: compress ?? 'none',
      cog,
      ...(overviews && !cog ? { overviews: 'average' as const } : {}),
      temporary: `${path}.partial`,
      keepOnAbort: true,
    });
  const sink = await started(output, plan.info);
  if (!plan.uncertainty || uncertainty === undefined) return { sink, side: undefined };
  try {
    return { sink, side: await started(uncertainty, plan.uncertainty) };
  } catch (error) {
    await sink.abort();
    if (!resume) await discard(`${output}.partial`);
    throw error;
  }
}

/** Both under their names: the fused image last, so that with it everything is there. */
async function finished(sink: GeoTiffSink, side: GeoTiffSink | undefined): Promise<void> {
  await side?.finish();
  await sink.finish();
}

/** The network's maps of clusters, where they were asked for. */
async function writeMaps(
  { job, info }: Plan,
  inputs: Inputs,
  { parameters, options }: { readonly parameters: unknown; readonly options: FuseOptions },
): Promise<string[] | undefined> {
  const { maps: folder, signal, onProgress } = options;
  if (folder === undefined) return undefined;
  const { writeClusterMaps } = await import('./cluster-maps.js');
  return writeClusterMaps(job, inputs, {
    parameters,
    info,
    folder,
    signal,
    onProgress: (done, total) => onProgress?.({ stage: 'maps', done, total }),
  });
}

/** Removes what an unfinished run left; after an interrupt it stays for `resume`. */
async function discard(partial: string): Promise<void> {
  await Promise.all([partial, `${partial}.jsonl`].map((path) => rm(path, { force: true })));
  await forgetParameters(partial);
}

interface PrepareRequest {
  readonly inputs: Inputs;
  readonly partial: string;
  readonly options: FuseOptions;
}

/** The method's parameters: from an earlier run of the same job, or from the whole scene. */
async function prepare(
  executor: Executor,
  job: Job,
  { inputs, partial, options }: PrepareRequest,
): Promise<unknown> {
  const pass = statisticsPass(job);
  const learns = job.network?.clustering === 'scene';
  if (!pass && !learns) return null;
  const known = options.resume ? await recallParameters(partial, job.id) : undefined;
  if (known !== undefined) return known;
  let parameters = pass ? await statistics(executor, job, { pass, options }) : null;
  if (learns) {
    const { signal } = options;
    const { learnScene } = await import('./learn-scene.js');
    const found = await learnScene(job, inputs, { parameters, ...(signal ? { signal } : {}) });
    parameters = { ...(parameters as NetworkParameters | null), scene: packScene(found) };
  }
  await rememberParameters(partial, job.id, parameters);
  return parameters;
}

async function statistics(
  executor: Executor,
  job: Job,
  { pass, options }: { readonly pass: StatisticsPass; readonly options: FuseOptions },
): Promise<unknown> {
  const areas = statisticsAreas(job.scene.height, job.scene.width);
  let parameters: unknown;
  for (let next: StatisticsPass | undefined = pass; next; next = next.next?.(parameters)) {
    const merged = new Float64Array(next.size);
    const { merge } = next;
    const first = parameters;
    let done = 0;
    await inOrder(areas, {
      ahead: executor.lanes + 1,
      start: (area) => executor.statistics(area, first),
      take: (part) => {
        merge(merged, part);
        options.onProgress?.({ stage: 'statistics', done: ++done, total: areas.length });
      },
      signal: options.signal,
    });
    parameters = next.solve(merged);
  }
  return parameters;
}

interface AreasRequest {
  /** Those that are left to do, after so many that an earlier run did. */
  readonly areas: readonly Area[];
  readonly resumed: number;
  readonly parameters: unknown;
  readonly signal: AbortSignal | undefined;
  readonly onProgress?: FuseOptions['onProgress'];
}

async function fuseAreas(
  executor: Executor,
  [sink, side]: readonly [GeoTiffSink, GeoTiffSink | undefined],
  { areas, resumed, parameters, signal, onProgress }: AreasRequest,
): Promise<void> {
  const encodings = {
    fused: { info: sink.info, coded: sink.coded },
    ...(side ? { uncertainty: { info: side.info, coded: side.coded } } : {}),
  };
  const total = resumed + areas.length;
  let done = resumed;
  let valid = 0;
  await inOrder(areas, {
    ahead: executor.lanes + 1,
    start: (area) => executor.fuse(area, parameters, encodings),
    take: async (result) => {
      // The fused image last: what it has need not be done again.
      for (const { row, col, bytes } of result.uncertainty ?? []) {
        await side?.writeEncodedBlock(row, col, 'all', bytes);
      }
      for (const { row, col, bytes } of result.tiles) {
        await sink.writeEncodedBlock(row, col, 'all', bytes);
      }
      valid += result.valid;
      onProgress?.({ stage: 'fuse', done: ++done, total });
    },
    signal,
  });
  if (valid === 0 && resumed === 0) {
    throw new InputError(
      `${sink.name}: expected pixels that hold data in both PAN and MS, got none; check nodata and extents.`,
    );
  }
}

function windowOf({ rows, cols }: Area) {
  return {
    row: rows.start,
    col: cols.start,
    height: rows.end - rows.start,
    width: cols.end - cols.start,
  };
}
