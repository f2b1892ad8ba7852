/** The pages of `compare -o`: for each scene pictures of every method, differences and a ranking. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findSensor,
  msGainsFor,
  type Raster,
  type RasterInfo,
  type Sensor,
  type Window,
} from '@bandweave/image';
import {
  alignFused,
  type CompareResult,
  type CompareTable,
  captionOf,
  type RunOptions,
  readAligned,
  type SceneResult,
  stackSources,
  withRasters,
} from '@bandweave/pipeline';
import { type RankChart, renderReport } from '@bandweave/report';
import { version } from '../version.js';

/** Side of the part that is shown: a page of forty methods must open in a browser. */
const SHOWN = 512;

export interface ComparedTables {
  readonly result: CompareResult;
  readonly tables: readonly CompareTable[];
}

/** Writes a page a scene and resolution into the folder and returns their paths. */
export async function compareReports(
  { result, tables }: ComparedTables,
  folder: string,
  { signal, onProgress }: Required<RunOptions>,
): Promise<string[]> {
  const paths: string[] = [];
  for (const [i, scene] of result.scenes.entries()) {
    signal.throwIfAborted();
    onProgress({ stage: 'report', done: i, total: result.scenes.length });
    if (scene.scores.length === 0) continue;
    const own = tables.filter(({ resolution }) => resolution === scene.resolution);
    const path = join(folder, `${scene.name}-${scene.resolution}.html`);
    await writeFile(path, await pageOf(scene, own, signal));
    paths.push(path);
  }
  onProgress({ stage: 'report', done: result.scenes.length, total: result.scenes.length });
  return paths;
}

async function pageOf(
  scene: SceneResult,
  tables: readonly CompareTable[],
  signal: AbortSignal,
): Promise<string> {
  const { images, window, info } = await readImages(scene, signal);
  const sensor = findSensor(scene.sensor);
  const [first] = images.products;
  const part =
    window.height === info.height && window.width === info.width
      ? ''
      : `; pictures show the middle ${window.width} x ${window.height}`;
  return renderReport({
    title: `${scene.name}, ${scene.resolution} resolution`,
    subtitle: `${info.width} x ${info.height} pixels, ${info.bands} bands${part}`,
    facts: [
      { label: 'Sensor', value: sensor.title },
      { label: 'Ratio', value: String(scene.ratio) },
      { label: 'Methods', value: String(scene.scores.length) },
      ...scene.failures.map(({ method, reason }) => ({
        label: `Without ${method}`,
        value: reason,
      })),
    ],
    pan: images.pan,
    ...(images.truth ? { truth: images.truth } : {}),
    products: images.products,
    indices: tables.map(indicesOf),
    rankings: tables.flatMap(rankingOf),
    bandNames: info.bandNames.map((name, i) => name || `band ${i + 1}`),
    ...colorsOf(sensor, first!.raster.bands),
    points: [],
    unit: 'counts',
    generator: `Bandweave ${version()}`,
  });
}

interface Images {
  readonly pan: Raster;
  readonly truth?: Raster;
  readonly products: readonly { name: string; kind: 'expanded' | 'fused'; raster: Raster }[];
}

/** The middle of every image, on one grid. */
async function readImages(
  { scores, pan, ms, reference, sensor }: SceneResult,
  signal: AbortSignal,
): Promise<{ images: Images; window: Window; info: RasterInfo }> {
  const outputs = scores.map(({ output }) => output);
  const inputs = [pan, ...ms, ...(reference === undefined ? [] : [reference]), ...outputs];
  return withRasters(inputs, async (sources) => {
    const [panSource, ...rest] = sources;
    const spectral = stackSources(rest.slice(0, ms.length));
    const fused = rest.slice(rest.length - outputs.length);
    const { info } = fused[0]!;
    const window = middleOf(info);
    const gains = msGainsFor(findSensor(sensor), spectral.info.bands);
    const trio = { fused: fused[0]!, pan: panSource!, ms: spectral };
    const pair = alignFused(trio, gains);
    const base = await readAligned(trio, { window, pair }, { signal });
    const products: Images['products'][number][] = [];
    for (const [i, { method }] of scores.entries()) {
      const raster = await fused[i]!.read(window, { signal });
      products.push({ name: method, kind: method === 'exp' ? 'expanded' : 'fused', raster });
    }
    const truth =
      reference === undefined ? undefined : await rest[ms.length]!.read(window, { signal });
    const images = { pan: base.pan, products, ...(truth ? { truth } : {}) };
    return { images, window, info };
  });
}

function middleOf({ height, width }: RasterInfo): Window {
  const rows = Math.min(SHOWN, height);
  const cols = Math.min(SHOWN, width);
  return { row: (height - rows) >> 1, col: (width - cols) >> 1, height: rows, width: cols };
}

function indicesOf(table: CompareTable) {
  return {
    title: captionOf(table),
    columns: table.columns.map(({ title, direction, unit, digits }) => ({
      label: title,
      better: direction,
      digits,
      ...(unit === '' ? {} : { unit }),
    })),
    rows: table.rows.map(({ method, cells }) => ({
      name: method,
      values: cells.map(({ mean }) => mean),
    })),
  };
}

/** By the index that papers rank by, and by the mean place over all columns. */
function rankingOf({ columns, rows }: CompareTable): RankChart[] {
  const main = Math.max(
    0,
    columns.findIndex(({ key }) => key === 'q2n' || key === 'hqnr'),
  );
  const column = columns[main];
  if (!column) return [];
  return [
    {
      title: column.title,
      better: column.direction,
      entries: rows.map(({ method, cells }) => ({
        name: method,
        value: cells[main]!.mean ?? Number.NaN,
        ...(cells[main]!.deviation === null ? {} : { deviation: cells[main]!.deviation }),
      })),
    },
    {
      title: 'Mean place over all columns',
      better: 'lower',
      entries: rows.map(({ method, rank }) => ({ name: method, value: rank })),
    },
  ];
}

/** The sensor's colours where its bands are all there, else the first bands. */
function colorsOf({ trueColor, falseColor }: Sensor, bands: number) {
  const fits = (triple: readonly number[]) => triple.every((band) => band < bands);
  const first = bands < 3 ? ([0, 0, 0] as const) : ([0, 1, 2] as const);
  return {
    trueColor: fits(trueColor) ? trueColor : first,
    ...(fits(falseColor) && bands > 3 ? { falseColor } : {}),
  };
}
