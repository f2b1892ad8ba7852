/** From a request and two open inputs to a job: everything that is decided before pixels move. */

import { createHash } from 'node:crypto';
import type { SceneOptions } from '@bandweave/fusion';
import { DATA_TYPES, type DataType, InputError, type RasterInfo } from '@bandweave/image';
import { type Alignment, alignGrids } from './align.js';
import type { FuseOptions } from './fuse-options.js';
import type { Job } from './job.js';
import { methodKind } from './operation.js';
import { planBlocks } from './plan-blocks.js';
import { planNetwork } from './plan-network.js';
import { checkNoSampling } from './plan-sampling.js';
import type { Inputs } from './regions.js';
import { chooseSensor } from './sensor-choice.js';
import { uncertaintyInfo } from './uncertainty-info.js';

export interface Plan {
  readonly job: Job;
  /** The output raster. */
  readonly info: RasterInfo;
  /** The raster of means and deviations, where there is one. */
  readonly uncertainty?: RasterInfo;
  readonly alignment: Alignment;
  readonly sensor: string;
  /** One line each, for a person. */
  readonly messages: readonly string[];
}

const DEFAULT_METHOD = 'mtf-glp-fs';
const DEFAULT_TILE = 512;

export async function planFusion(
  inputs: Inputs,
  specs: { readonly pan: string; readonly ms: readonly string[] },
  options: FuseOptions,
): Promise<Plan> {
  const { pan, ms } = inputs;
  const method = options.method ?? DEFAULT_METHOD;
  const kind = methodKind(method);
  if (pan.info.bands !== 1 && kind !== 'network') {
    throw new InputError(
      `${pan.name}: expected a PAN of one band, got ${pan.info.bands}; pick one with '${pan.name},band=1'.`,
    );
  }
  checkOptions(options, ms.info);
  const alignment = alignGrids(pan, ms, options);
  const choice = chooseSensor(options.sensor, { pan, ms, ratio: alignment.cols.ratio });
  const bands = (options.bands ?? range(ms.info.bands)).map((band) => band - 1);
  const info = outputInfo(inputs, { alignment, bands, options });
  const scene: SceneOptions = {
    bands: ms.info.bands,
    height: alignment.height,
    width: alignment.width,
    msHeight: ms.info.height,
    msWidth: ms.info.width,
    rows: alignment.rows,
    cols: alignment.cols,
    panExtent: alignment.panExtent,
    enlargement: options.resampling ?? (method === 'gdal-brovey' ? 'cubic' : 'auto'),
    msGains: choice.gains,
    ...(options.bandWeights ? { bandWeights: options.bandWeights } : {}),
    panType: pan.info.dataType,
    panGain: choice.sensor.panGain,
    ...(options.block ? { block: options.block } : {}),
    ...(options.mode ? { mode: options.mode } : {}),
  };
  const network =
    kind === 'network'
      ? await planNetwork(
          { method, options },
          { scene, sensor: choice.sensor, ms: ms.info, panBands: pan.info.bands },
        )
      : undefined;
  if (kind === 'classical' && options.weights) {
    throw new InputError(
      `--weights: expected a network as --method, got ${method}; leave --weights out.`,
    );
  }
  if (kind === 'network' && options.mode) {
    throw new InputError(
      `--mode: expected a classical method as --method, got ${method}; leave --mode out.`,
    );
  }
  if (options.block !== undefined && method !== 'bdsd') {
    throw new InputError(`--block: expected bdsd as --method, got ${method}; leave --block out.`);
  }
  for (const [name, given] of [
    ['clustering', options.clustering],
    ['maps', options.maps],
  ]) {
    if (kind === 'network' || given === undefined) continue;
    throw new InputError(
      `--${name}: expected a network that clusters pixels as --method, got ${method}; leave --${name} out.`,
    );
  }
  if (kind === 'classical') checkNoSampling(options, method);
  const blocks = kind === 'classical' ? planBlocks(method, scene, options) : undefined;
  const uncertainty = options.uncertainty === undefined ? undefined : uncertaintyInfo(info);
  const facts: Omit<Job, 'id'> = {
    pan: specs.pan,
    ms: specs.ms,
    panSize: { height: pan.info.height, width: pan.info.width },
    ...(options.nodata === undefined ? {} : { nodata: options.nodata }),
    method,
    ...(network ? { network: network.facts } : {}),
    ...(blocks ? { blocks: blocks.facts } : {}),
    scene,
    origin: originOf(alignment),
    float:
      exactInFloat32(pan.info.dataType) && exactInFloat32(ms.info.dataType) ? 'float32' : 'float64',
    tile: options.tile ?? DEFAULT_TILE,
    output: {
      bands,
      dataType: info.dataType,
      ...(options.bitDepth === undefined ? {} : { bitDepth: options.bitDepth }),
      ...(info.nodata === undefined ? {} : { nodata: info.nodata }),
      ...(uncertainty ? { uncertainty: true as const } : {}),
    },
  };
  const id = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  return {
    job: { id, ...facts },
    info,
    ...(uncertainty ? { uncertainty } : {}),
    alignment,
    sensor: choice.sensor.name,
    messages: [
      ...alignment.messages,
      choice.message,
      ...(network?.messages ?? []),
      ...(blocks?.messages ?? []),
    ],
  };
}

/** Output pixel (0, 0) in PAN's own pixels: what the extent cut off or put before. */
function originOf({ offset, rows, cols }: Alignment) {
  const before = (axis: { ratio: number; phase: number }, at: number) =>
    Math.round(at + axis.ratio / 2 - 0.5 - axis.phase);
  return { row: before(rows, offset[0]), col: before(cols, offset[1]) };
}

function checkOptions(options: FuseOptions, ms: RasterInfo): void {
  const { bands, bandWeights, bitDepth, block, tile, threads, memory } = options;
  const refuse = (option: string, expected: string, got: unknown, way: string) =>
    new InputError(`--${option}: expected ${expected}, got ${got}; ${way}.`);
  for (const band of bands ?? []) {
    if (!(Number.isInteger(band) && band >= 1 && band <= ms.bands)) {
      throw refuse('bands', `bands from 1 to ${ms.bands}`, band, 'name bands that MS has');
    }
  }
  if (bands?.length === 0) throw refuse('bands', 'at least one band', 'none', 'name one');
  if (bandWeights && bandWeights.length !== ms.bands) {
    throw refuse('band-weights', `${ms.bands} weights`, bandWeights.length, 'one an MS band');
  }
  if (bandWeights?.some((weight) => !Number.isFinite(weight))) {
    throw refuse('band-weights', 'numbers', bandWeights.join(','), 'write them as 0.1,0.3');
  }
  if (bandWeights && !(bandWeights.reduce((a, b) => a + b, 0) > 0)) {
    throw refuse('band-weights', 'a positive sum', bandWeights.join(','), 'write them as 0.1,0.3');
  }
  const { kind, bytes } = DATA_TYPES[ms.dataType];
  const most = kind === 'float' ? 0 : bytes * 8 - (kind === 'signed' ? 1 : 0);
  if (
    bitDepth !== undefined &&
    !(Number.isInteger(bitDepth) && bitDepth >= 1 && bitDepth <= most)
  ) {
    const expected = most === 0 ? 'integer MS' : `1 to ${most} bits`;
    throw refuse('bit-depth', expected, most === 0 ? ms.dataType : bitDepth, 'leave it out');
  }
  if (block !== undefined && !(Number.isInteger(block) && block >= 16 && block <= 8192)) {
    throw refuse('block', 'a whole number of pixels from 16 to 8192', block, 'try 128');
  }
  if (tile !== undefined && !(Number.isInteger(tile) && tile >= 16 && tile <= 8192)) {
    throw refuse('tile', 'a whole number of pixels from 16 to 8192', tile, 'try 512');
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 256)) {
    throw refuse('threads', 'a whole number from 1 to 256', threads, 'leave it out for all cores');
  }
  if (memory !== undefined && !(memory >= 2 ** 26)) {
    throw refuse('memory', 'at least 64m', `${memory} bytes`, 'try 1g');
  }
}

function outputInfo(
  { pan, ms }: Inputs,
  { alignment, bands, options }: { alignment: Alignment; bands: number[]; options: FuseOptions },
): RasterInfo {
  const { info } = ms;
  const nodata = chooseNodata({ pan: pan.info, ms: info }, alignment, options);
  const crs = pan.info.crs ?? info.crs;
  const pick = <T>(values: readonly T[] | undefined) =>
    values ? bands.map((band) => values[band]) : undefined;
  const scales = pick(info.scales);
  const offsets = pick(info.offsets);
  const bits = options.bitDepth ?? info.bits;
  return {
    width: alignment.width,
    height: alignment.height,
    bands: bands.length,
    dataType: info.dataType,
    ...(bits === undefined ? {} : { bits }),
    ...(alignment.transform ? { transform: alignment.transform } : {}),
    ...(crs ? { crs } : {}),
    ...(nodata === undefined ? {} : { nodata }),
    maskKind: nodata === undefined ? 'none' : 'nodata',
    bandNames: bands.map((band) => info.bandNames[band] ?? ''),
    colors: bands.map((band) => info.colors[band] ?? 'undefined'),
    blockSize: [256, 256],
    ...(scales ? { scales } : {}),
    ...(offsets ? { offsets } : {}),
    areaOrPoint: pan.info.areaOrPoint,
    ...(pan.info.rpc ? { rpc: pan.info.rpc } : {}),
    ...(!alignment.transform && pan.info.gcps ? { gcps: pan.info.gcps } : {}),
    metadata: info.metadata,
  };
}

/** What the output says of missing pixels: the caller's word, MS's, PAN's, or 0 where some must be. */
function chooseNodata(
  { pan, ms }: { readonly pan: RasterInfo; readonly ms: RasterInfo },
  alignment: Alignment,
  { nodata }: FuseOptions,
): number | undefined {
  if (nodata === 'none') return undefined;
  const stated = nodata ?? ms.nodata ?? pan.nodata;
  if (stated !== undefined && fits(stated, ms.dataType)) return stated;
  if (nodata !== undefined) {
    throw new InputError(
      `--nodata: expected a value that ${ms.dataType} can hold, got ${nodata}; choose another.`,
    );
  }
  const beyond = (axis: { ratio: number; phase: number }, outputs: number, inputs: number) =>
    axis.phase / axis.ratio > 1.5 || (outputs - axis.phase) / axis.ratio > inputs + 0.5;
  const partly =
    pan.maskKind !== 'none' ||
    ms.maskKind !== 'none' ||
    beyond(alignment.rows, alignment.height, ms.height) ||
    beyond(alignment.cols, alignment.width, ms.width) ||
    alignment.height > pan.height ||
    alignment.width > pan.width;
  return partly ? 0 : undefined;
}

function fits(value: number, dataType: DataType): boolean {
  const { kind, min, max } = DATA_TYPES[dataType];
  if (kind === 'float') return true;
  return Number.isInteger(value) && value >= min && value <= max;
}

function exactInFloat32(dataType: DataType): boolean {
  return DATA_TYPES[dataType].bytes <= 2 || dataType === 'float32';
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
