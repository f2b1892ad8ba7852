/** Scenes to train on, read from pairs of any kind by Wald's protocol. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA_TYPES, InputError, type Raster, type RasterSource } from '@bandweave/image';
import { type TrainingScene, trainingScene } from '@bandweave/training';
import type { RunOptions } from '../fuse-options.js';
import { planReduction } from '../simulate/plan-reduction.js';
import { stackSources } from '../stack.js';
import { withRasters } from '../with-rasters.js';
import { type FoundPair, findPairs } from './find-pairs.js';
import { readSceneFile } from './scene-file.js';

export interface ReadScenesOptions extends RunOptions {
  /** Of all pairs; what `simulate` noted, else a guess, where it is missing. */
  readonly sensor?: string;
  /** Of pairs whose grids do not say it. */
  readonly ratio?: number;
  /** 1-based bands of MS to take, so that sensors with more can join; all by default. */
  readonly bands?: readonly number[];
  /** What a network sees as 1 is 2^bits - 1; what the files say by default. */
  readonly bitDepth?: number;
}

/**
 * Every pair under the paths, reduced and in memory.
 *
 * @throws InputError where a pair does not fit or lacks a band
 */
export async function readTrainingScenes(
  paths: readonly string[],
  options: ReadScenesOptions = {},
): Promise<TrainingScene[]> {
  const scenes: TrainingScene[] = [];
  const pairs = await findPairs(paths);
  for (const [done, pair] of pairs.entries()) {
    options.signal?.throwIfAborted();
    options.onProgress?.({ stage: 'read', done, total: pairs.length });
    scenes.push(await readScene(pair, options));
  }
  options.onProgress?.({ stage: 'read', done: pairs.length, total: pairs.length });
  return scenes;
}

async function readScene(pair: FoundPair, options: ReadScenesOptions): Promise<TrainingScene> {
  const files = pair.pan === undefined ? [pair.ms] : [pair.pan, pair.ms];
  const noted = pair.kind === 'reduced' ? await readSceneFile(pair.folder) : {};
  const rights = await rightsBeside(pair.folder);
  return withRasters(files, async (sources) => {
    const ms = stackSources(sources.slice(-1));
    const pan = sources.length > 1 ? sources[0] : undefined;
    const asked = {
      ...options,
      onMessage: undefined as never,
      ...choose('sensor', options.sensor ?? noted.sensor),
      ...choose('ratio', options.ratio ?? noted.ratio ?? pair.ratio),
    };
    // A reduced PAN lies on the reference's grid: its own ratio of 1 says nothing of the sensor's.
    const plan = planReduction(pan && pair.kind === 'original' ? { pan, ms } : { ms }, asked);
    const whole = await plan.reference();
    const fine = pan && pair.kind === 'reduced' ? await readAll(pan, whole) : await plan.pan(whole);
    const bands = options.bands?.map((band) => band - 1) ?? range(whole.bands);
    const gains = noted.gains ?? plan.gains;
    return trainingScene({
      name: pair.name,
      pan: fine,
      reference: pick(whole, bands, pair.ms),
      ratio: plan.ratio,
      gains: bands.map((band) => gains[band]),
      scale: scaleOf(ms, whole, options.bitDepth ?? bitsOf(ms, plan.sensor)),
      ...(rights === undefined ? {} : { rights }),
    });
  });
}

const choose = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [k in K]?: V };

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function readAll(source: RasterSource, { height, width }: Raster): Promise<Raster> {
  const { info, name } = source;
  if (info.height >= height && info.width >= width) {
    return source.read({ row: 0, col: 0, height, width });
  }
  throw new InputError(
    `${name}: expected at least the reference's ${width} x ${height} pixels, got ${info.width} x ${info.height}; write the set anew (bandweave simulate).`,
  );
}

function pick(raster: Raster, bands: readonly number[], file: string): Raster {
  const missing = bands.find((band) => band >= raster.bands);
  if (missing !== undefined) {
    throw new InputError(
      `--bands: expected bands up to ${raster.bands} of ${file}, got ${missing + 1}.`,
    );
  }
  const size = raster.height * raster.width;
  const data = new Float64Array(bands.length * size);
  bands.forEach((band, i) => {
    data.set(raster.data.subarray(band * size, (band + 1) * size), i * size);
  });
  return { ...raster, bands: bands.length, data };
}

function bitsOf({ info }: RasterSource, sensor: { name: string; bits: number }) {
  return info.bits ?? (sensor.name === 'generic' ? undefined : sensor.bits);
}

/** 2^bits - 1 for counts, as `fuse` divides them; else the largest sample. */
function scaleOf({ info }: RasterSource, { data }: Raster, bits: number | undefined): number {
  const { kind, bytes } = DATA_TYPES[info.dataType];
  if (kind !== 'float' && bits !== undefined && bits <= 8 * bytes) return 2 ** bits - 1;
  let largest = 0;
  for (let i = 0; i < data.length; i++) if (data[i] > largest) largest = data[i];
  return largest > 0 ? largest : 1;
}

/** What a SOURCE.md beside the pixels says of their rights. */
export async function rightsBeside(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'SOURCE.md'), 'utf8').catch(() => '');
  return /imagery rights\W*:\W*(.+)/i.exec(text)?.[1].trim().slice(0, 300);
}
