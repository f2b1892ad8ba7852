/** The report of `fuse --report`: what went in, what came out, and how good it is. */

import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  findSensor,
  msGainsFor,
  type Raster,
  type RasterInfo,
  type Sensor,
  type Window,
} from '@bandweave/image';
import { assessFullResolution, FULL_RESOLUTION_INDICES } from '@bandweave/metrics';
import {
  alignFused,
  type FusedPair,
  type FuseResult,
  type RunOptions,
  readAligned,
  stackSources,
  withRasters,
} from '@bandweave/pipeline';
import { renderFuseReport } from '@bandweave/report';
import { version } from '../version.js';
import { indexTable } from './index-table.js';

/** Side of the part that is measured, in PAN pixels: whole scenes would take longer than fusing. */
const MEASURED = 1024;

/** What the maps of clusters show, full size first. */
const MAP_LABELS = ['Full size', 'Half size', 'Quarter size'];

export interface FusedScene {
  readonly pan: string;
  readonly ms: readonly string[];
  readonly result: FuseResult;
  /** 1-based bands that were written; all where absent. */
  readonly bands?: readonly number[];
}

/** Writes the page and returns its path; by default beside the output. */
export async function fuseReport(
  { pan, ms, result, bands }: FusedScene,
  where: string | true,
  { signal, onProgress }: Required<RunOptions>,
): Promise<string> {
  const path = where === true ? `${result.output.replace(/\.tiff?$/i, '')}.html` : where;
  const sensor = findSensor(result.sensor);
  const step = (done: number) => onProgress({ stage: 'report', done, total: 2 });
  const maps = result.maps ?? [];
  const { uncertainty } = result;
  const beside = uncertainty === undefined ? [] : [uncertainty];
  const paths = [result.output, pan, ...ms, ...maps, ...beside];
  const html = await withRasters(paths, async ([fused, first, ...rest]) => {
    const images = { fused: fused!, pan: first!, ms: stackSources(rest.slice(0, ms.length)) };
    const msBands = bands?.map((band) => band - 1);
    step(0);
    const indices = await measure(images, { result, sensor, msBands, signal });
    step(1);
    const { info } = images.fused;
    const page = {
      title: `${basename(result.output)} by ${result.method}`,
      subtitle: `${info.width} x ${info.height} pixels, ${info.bands} bands`,
      facts: factsOf({ pan, ms, result }, info),
      pan: images.pan,
      ms: images.ms,
      ...(maps.length > 0
        ? {
            clusters: rest.slice(ms.length, ms.length + maps.length).map((source, level) => ({
              label: MAP_LABELS[level] ?? source.name,
              source,
            })),
          }
        : {}),
      ...(uncertainty === undefined ? {} : { uncertainty: rest.at(-1)! }),
      fused: { name: result.method, source: images.fused },
      ...(msBands ? { msBands } : {}),
      geometry: result,
      indices: [indices],
      bandNames: info.bandNames.map((name, i) => name || `band ${i + 1}`),
      ...colorsOf(sensor, { bands: info.bands, all: msBands === undefined }),
      generator: `Bandweave ${version()}`,
    };
    return renderFuseReport(page, { signal });
  });
  await writeFile(path, html);
  step(2);
  return path;
}

interface Measured {
  readonly result: FuseResult;
  readonly sensor: Sensor;
  readonly msBands: readonly number[] | undefined;
  readonly signal: AbortSignal;
}

/** Indices without a reference of the enlarged MS and of the fused image, on the scene's middle. */
async function measure(images: FusedPair, { result, sensor, msBands, signal }: Measured) {
  const { info } = images.fused;
  const pair = alignFused(images, msGainsFor(sensor, images.ms.info.bands));
  const window = middleOf(info, images.pan.info, pair.origin);
  const part = await readAligned(images, { window, pair }, { signal });
  const expanded = msBands ? pick(part.expanded, msBands) : part.expanded;
  const ms = msBands ? pick(part.ms, msBands) : part.ms;
  const ratio = Math.max(2, Math.round(Math.sqrt(result.ratio[0] * result.ratio[1])));
  const inputs = { pan: part.pan, ms, expanded, ratio, sensor };
  const indicesOf = (image: Raster) => ({ ...assessFullResolution(image, inputs) });
  const whole = window.height === info.height && window.width === info.width;
  return {
    title: 'Without a reference.',
    ...(whole ? {} : { note: `On the middle ${window.width} x ${window.height} pixels.` }),
    ...indexTable(FULL_RESOLUTION_INDICES, [
      { name: 'exp', indices: indicesOf(expanded) },
      { name: result.method, indices: indicesOf(part.fused) },
    ]),
  };
}

/** The middle of what the fused image and PAN share. */
function middleOf(
  fused: RasterInfo,
  pan: RasterInfo,
  origin: { readonly row: number; readonly col: number },
): Window {
  const span = (size: number, panSize: number, start: number) => {
    const from = Math.max(0, -start);
    const to = Math.min(size, panSize - start);
    const length = Math.min(MEASURED, to - from);
    return { start: from + ((to - from - length) >> 1), length };
  };
  const rows = span(fused.height, pan.height, origin.row);
  const cols = span(fused.width, pan.width, origin.col);
  return { row: rows.start, col: cols.start, height: rows.length, width: cols.length };
}

function factsOf({ pan, ms, result }: FusedScene, { crs }: RasterInfo) {
  const { method, sensor, ratio, offset, seconds, peakRssMb, dataType } = result;
  const [down, across] = ratio.map((value) => String(+value.toFixed(4)));
  const [rows, columns] = offset.map((value) => String(+value.toFixed(4)));
  return [
    { label: 'PAN', value: pan },
    { label: 'MS', value: ms.join(', ') },
    { label: 'Method', value: method },
    ...(result.auto ? [{ label: 'Chosen because', value: result.auto.reason }] : []),
    ...(result.sampling ? [{ label: 'Sampling', value: samplingOf(result.sampling) }] : []),
    { label: 'Sensor', value: sensor },
    { label: 'Ratio', value: down === across ? down! : `${down} x ${across}` },
    { label: 'MS begins', value: `${rows} rows, ${columns} columns from PAN's corner` },
    { label: 'Reference system', value: crs?.name ?? 'none' },
    { label: 'Samples', value: dataType },
    { label: 'Time', value: `${seconds.toFixed(1)} s` },
    { label: 'Memory', value: `${Math.round(peakRssMb)} MB` },
  ];
}

/** How images were sampled, in a line. */
function samplingOf({
  sampler,
  steps,
  seed,
  samples,
  consistency,
}: NonNullable<FuseResult['sampling']>): string {
  const of = samples > 1 ? `, mean of ${samples} images` : '';
  const bound = consistency > 0 ? `, consistency ${consistency}` : '';
  return `${sampler}, ${steps} evaluation${steps === 1 ? '' : 's'}${of}, seed ${seed}${bound}`;
}

/** Some bands of a raster, 0-based. */
function pick(raster: Raster, bands: readonly number[]): Raster {
  const size = raster.height * raster.width;
  const data = new Float64Array(bands.length * size);
  for (const [i, band] of bands.entries()) {
    data.set(raster.data.subarray(band * size, (band + 1) * size), i * size);
  }
  return { ...raster, bands: bands.length, data };
}

/** The sensor's colours where its bands are all there, else the first bands. */
function colorsOf(
  sensor: Sensor,
  { bands, all }: { readonly bands: number; readonly all: boolean },
) {
  const fits = (triple: readonly number[]) => all && triple.every((band) => band < bands);
  const known = all && sensor.bands.length === bands;
  const centres = sensor.bands.map(({ range: [low, high] }) => (low + high) / 2);
  const first = bands < 3 ? ([0, 0, 0] as const) : ([0, 1, 2] as const);
  return {
    trueColor: fits(sensor.trueColor) ? sensor.trueColor : first,
    ...(fits(sensor.falseColor) && bands > 3 ? { falseColor: sensor.falseColor } : {}),
    ...(known ? { wavelengths: centres } : {}),
  };
}
