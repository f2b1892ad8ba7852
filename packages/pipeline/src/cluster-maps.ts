/** Maps of the clusters that a network sorted the pixels of a scene into, a GeoTIFF a level. */

import { makeScene } from '@bandweave/fusion';
import { affine, InputError, type RasterInfo } from '@bandweave/image';
import { createGeoTiff, type GeoTiffSink } from '@bandweave/io';
import type { ClusterMap } from '@bandweave/models';
import { giveWay } from './area-runner.js';
import { type Layout, layoutFor, type Placed, ramp, windowsOver } from './blend.js';
import { type Area, cutAreas, type Job, NETWORK_AREA } from './job.js';
import { LatticePair } from './lattice-pair.js';
import { mapPaths } from './map-paths.js';
import { unpackScene } from './network-parameters.js';
import { windowInputs } from './network-window.js';
import type { Inputs } from './regions.js';

/** Colours that neighbouring numbers don't share: hues a golden angle apart, three lightnesses. */
const PALETTE = Array.from({ length: 3 }, (_, channel) =>
  Array.from({ length: 256 }, (_, number) => {
    const turn = number * 0.381966 + channel / 3;
    const level = 0.5 + 0.18 * ((number % 3) - 1);
    return Math.round(65535 * (level + 0.3 * Math.cos(2 * Math.PI * turn)));
  }),
).flat();

interface MapsRequest {
  readonly parameters: unknown;
  /** Of the fused image. */
  readonly info: RasterInfo;
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Writes the number of each pixel's cluster. Where windows overlap, the one decides in whose middle
 * a pixel lies.
 */
export async function writeClusterMaps(
  job: Job,
  inputs: Inputs,
  { parameters, info, folder, signal, onProgress }: MapsRequest,
): Promise<string[]> {
  const facts = job.network;
  if (!facts) throw new Error('cluster maps: expected a job of a network');
  const scene = makeScene(job.scene);
  const layout = { rows: layoutFor(scene.height, facts), cols: layoutFor(scene.width, facts) };
  const given = { job, scene, inputs, parameters, signal };
  const found = unpackScene(parameters);
  const options = { ...(signal ? { signal } : {}), ...(found ? { scene: found } : {}) };
  const { openFusionNetwork } = await import('@bandweave/models');
  const network = await openFusionNetwork(job.method, facts.weights, {
    pair: { msBands: scene.bands, ratio: facts.ratio },
    ratio: facts.ratio,
  });
  const paths = mapPaths(folder);
  const sinks: GeoTiffSink[] = [];
  try {
    for (const [level, path] of paths.entries()) {
      sinks.push(await createGeoTiff(path, mapInfo(info, level), { compression: 'deflate' }));
    }
    const areas = cutAreas(info, NETWORK_AREA);
    for (const [done, area] of areas.entries()) {
      const placed = windowsOver(area, layout);
      const read = { job, scene, facts, ...(signal ? { signal } : {}) };
      const pair = await LatticePair.read(inputs, placed, read);
      const maps = sinks.map((_, level) => emptyMap(area, level));
      for (const window of placed) {
        await giveWay(signal);
        const clusters = await network.clusters(await windowInputs(pair, window, given), options);
        for (const [level, map] of maps.entries()) {
          place(clusters[level], window, { map, layout, level });
        }
      }
      for (const [level, sink] of sinks.entries()) {
        const { row, col, height, width, numbers } = maps[level];
        const data = { bands: 1, height, width, data: numbers };
        await sink.write({ row, col, height, width }, data);
      }
      onProgress?.(done + 1, areas.length);
    }
    for (const sink of sinks) await sink.finish();
    return paths;
  } catch (error) {
    await Promise.all(sinks.map((sink) => sink.abort()));
    throw error;
  } finally {
    await network.close();
  }
}

interface MapPart {
  readonly row: number;
  readonly col: number;
  readonly height: number;
  readonly width: number;
  readonly numbers: Uint8Array;
  /** How near the middle of its window the deciding pixel lies. */
  readonly shares: Float32Array;
}

/** The part of a level's map that an area covers. */
function emptyMap({ rows, cols }: Area, level: number): MapPart {
  const step = 2 ** level;
  const [row, col] = [rows.start / step, cols.start / step];
  const height = Math.ceil(rows.end / step) - row;
  const width = Math.ceil(cols.end / step) - col;
  const numbers = new Uint8Array(height * width);
  return { row, col, height, width, numbers, shares: new Float32Array(height * width).fill(-1) };
}

interface Target {
  readonly map: MapPart;
  readonly layout: { readonly rows: Layout; readonly cols: Layout };
  readonly level: number;
}

function place(
  clusters: ClusterMap | undefined,
  window: Placed,
  { map, layout, level }: Target,
): void {
  if (!clusters) throw new InputError('--maps: expected clusters of three sizes, got fewer.');
  const step = 2 ** level;
  const down = ramp(window.rows, layout.rows);
  const across = ramp(window.cols, layout.cols);
  const [top, left] = [window.rows.start / step - map.row, window.cols.start / step - map.col];
  const firstRow = Math.max(0, -top);
  const firstCol = Math.max(0, -left);
  const lastRow = Math.min(clusters.height, map.height - top);
  const lastCol = Math.min(clusters.width, map.width - left);
  for (let y = firstRow; y < lastRow; y++) {
    for (let x = firstCol; x < lastCol; x++) {
      const share = down[y * step] * across[x * step];
      const to = (top + y) * map.width + left + x;
      if (share <= map.shares[to]) continue;
      map.shares[to] = share;
      map.numbers[to] = clusters.data[y * clusters.width + x];
    }
  }
}

/** What a map's file says of itself. */
function mapInfo(info: RasterInfo, level: number): RasterInfo {
  const step = 2 ** level;
  return {
    width: Math.ceil(info.width / step),
    height: Math.ceil(info.height / step),
    bands: 1,
    dataType: 'uint8',
    ...(info.transform
      ? { transform: affine.compose(info.transform, [step, 0, 0, 0, step, 0]) }
      : {}),
    ...(info.crs ? { crs: info.crs } : {}),
    maskKind: 'none',
    bandNames: ['cluster'],
    colors: ['palette'],
    blockSize: [256, 256],
    areaOrPoint: info.areaOrPoint,
    palette: PALETTE,
    metadata: {},
  };
}
