/** The report of `fuse --report`: what went in, what came out, and how good it looks. */

import { writeFile } from 'node:fs/promises';
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
  type FuseResult,
  type RunOptions,
  readAligned,
  stackSources,
  withRasters,
} from '@bandweave/pipeline';
import { renderReport } from '@bandweave/report';
import { version } from '../version.js';
import { indexTable } from './index-table.js';

/** Side of the part that is shown, in PAN pixels: what a page and an eye can hold. */
const SHOWN = 1024;

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
  const html = await withRasters(
    [result.output, pan, ...ms],
    async ([fused, first, ...spectral]) => {
      const images = { fused: fused!, pan: first!, ms: stackSources(spectral) };
      const { info } = images.fused;
      const pair = alignFused(images, msGainsFor(sensor, images.ms.info.bands));
      const window = shownWindow(info, images.pan.info, pair.origin);
      onProgress({ stage: 'report', done: 0, total: 2 });
      const shown = await readAligned(images, { window, pair }, { signal });
      const wanted = bands?.map((band) => band - 1);
      const expanded = wanted ? pick(shown.expanded, wanted) : shown.expanded;
      const ratio = Math.max(2, Math.round(Math.sqrt(result.ratio[0] * result.ratio[1])));
      const indicesOf = (image: Raster) =>
        ({ ...assessFullResolution(image, { ...shown, expanded, ratio, sensor }) }) as Record<
          string,
          number
        >;
      const table = indexTable(FULL_RESOLUTION_INDICES, [
        { name: 'exp', indices: indicesOf(expanded) },
        { name: result.method, indices: indicesOf(shown.fused) },
      ]);
      onProgress({ stage: 'report', done: 1, total: 2 });
      signal.throwIfAborted();
      return renderReport({
        title: `${result.output} by ${result.method}`,
        subtitle: partText(info, window),
        facts: factsOf({ pan, ms, result }, info),
        pan: shown.pan,
        ms: wanted ? pick(shown.ms, wanted) : shown.ms,
        products: [
          { name: 'exp', title: 'MS enlarged, nothing more', kind: 'expanded', raster: expanded },
          { name: result.method, kind: 'fused', raster: shown.fused },
        ],
        indices: [{ title: 'Without a reference.', note: 'On the part that is shown.', ...table }],
        bandNames: info.bandNames.map((name, i) => name || `band ${i + 1}`),
        ...colorsOf(sensor, { bands: info.bands, all: wanted === undefined }),
        generator: `Bandweave ${version()}`,
      });
    },
  );
  await writeFile(path, html);
  onProgress({ stage: 'report', done: 2, total: 2 });
  return path;
}

/** The middle of what the fused image and PAN share. */
function shownWindow(
  fused: RasterInfo,
  pan: RasterInfo,
  origin: { readonly row: number; readonly col: number },
): Window {
  const span = (size: number, panSize: number, start: number) => {
    const from = Math.max(0, -start);
    const to = Math.min(size, panSize - start);
    const length = Math.min(SHOWN, to - from);
    return { start: from + ((to - from - length) >> 1), length };
  };
  const rows = span(fused.height, pan.height, origin.row);
  const cols = span(fused.width, pan.width, origin.col);
  return { row: rows.start, col: cols.start, height: rows.length, width: cols.length };
}

function partText({ height, width }: RasterInfo, window: Window): string {
  if (window.height === height && window.width === width) return `${width} x ${height} pixels`;
  return `${window.width} x ${window.height} of ${width} x ${height} pixels, from row ${window.row}, column ${window.col}`;
}

function factsOf({ pan, ms, result }: FusedScene, { crs }: RasterInfo) {
  const { method, sensor, ratio, offset, seconds, peakRssMb, dataType } = result;
  const pair = ([rows, columns]: readonly [number, number]) =>
    rows === columns ? `${+rows.toFixed(4)}` : `${+rows.toFixed(4)} x ${+columns.toFixed(4)}`;
  return [
    { label: 'PAN', value: pan },
    { label: 'MS', value: ms.join(', ') },
    { label: 'Method', value: method },
    { label: 'Sensor', value: sensor },
    { label: 'Ratio', value: pair(ratio) },
    {
      label: 'MS begins',
      value: `${+offset[0].toFixed(4)} rows, ${+offset[1].toFixed(4)} columns from PAN's corner`,
    },
    { label: 'Reference system', value: crs?.name ?? 'none' },
    { label: 'Samples', value: dataType },
    { label: 'Time', value: `${seconds.toFixed(1)} s` },
    { label: 'Memory', value: `${Math.round(peakRssMb)} MB` },
  ];
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
export function colorsOf(
  sensor: Sensor,
  { bands, all }: { readonly bands: number; readonly all: boolean },
) {
  const fits = (triple: readonly number[]) => all && triple.every((band) => band < bands);
  const centres =
    all && sensor.bands.length === bands
      ? sensor.bands.map(({ range: [low, high] }) => (low + high) / 2)
      : undefined;
  const first = bands < 3 ? ([0, 0, 0] as const) : ([0, 1, 2] as const);
  return {
    trueColor: fits(sensor.trueColor) ? sensor.trueColor : first,
    ...(fits(sensor.falseColor) && bands > 3 ? { falseColor: sensor.falseColor } : {}),
    ...(centres ? { wavelengths: centres } : {}),
  };
}
