import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, input, writeSafetensors } from '@bandweave/graph';
import type { RasterInfo } from '@bandweave/image';
import { createGeoTiff, openRaster } from '@bandweave/io';
import { CANNET_WV3, canNet, METADATA_KEY } from '@bandweave/models';
// Worker threads load compiled files, so this tests the build.
import { fuse } from '@bandweave/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { candidatesIn } from '../src/learn-scene.js';

let folder: string;
const at = (name: string) => join(folder, name);
const config = { ...CANNET_WV3, channels: 4, msBands: 2, clusters: 4, threshold: 0.02 };
const SIDE = 64;

/** Smooth counts, so that clusters have a shape. */
async function write(name: string, side: number, bands: number) {
  const info: RasterInfo = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    bits: 11,
    transform: [SIDE / side, 0, 400000, 0, -SIDE / side, 5600000],
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
  };
  const data = Uint16Array.from({ length: bands * side * side }, (_, i) => {
    const [row, col] = [Math.floor(i / side) % side, i % side].map((v) => (v * SIDE) / side);
    return 900 + 500 * Math.sin(row / 9 + i / (side * side)) * Math.cos(col / 7);
  });
  const sink = await createGeoTiff(at(name), info);
  await sink.write(
    { row: 0, col: 0, height: side, width: side },
    { bands, height: side, width: side, data },
  );
  await sink.finish();
}

async function read(name: string) {
  const source = await openRaster(at(name));
  const { height, width, transform } = source.info;
  const { data } = await source.read({ row: 0, col: 0, height, width });
  await source.close();
  return { height, width, transform, data };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-clusters-'));
  await write('pan.tif', SIDE, 1);
  await write('ms.tif', SIDE / 4, 2);
  const params = createParams({ seed: 5 });
  canNet(config, params, { pan: input('pan', [1, 1, 8, 8]), lms: input('lms', [1, 2, 8, 8]) });
  await writeSafetensors(at('weights.safetensors'), params.stateDict(), {
    metadata: new Map([[METADATA_KEY, JSON.stringify({ network: 'cannet', config })]]),
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = () => ({ method: 'cannet', weights: at('weights.safetensors'), bitDepth: 11 });

test('with the clusters of the scene, windows and maps do not depend on the layout', async () => {
  const scene = { ...options(), clustering: 'scene', maps: folder } as const;
  const { maps } = await fuse(at('pan.tif'), at('ms.tif'), at('whole.tif'), scene);
  expect(maps).toEqual([0, 1, 2].map((level) => at(`level-${level}.tif`)));
  const levels = await Promise.all([0, 1, 2].map((level) => read(`level-${level}.tif`)));
  expect(levels.map(({ height, width }) => [height, width])).toEqual([
    [64, 64],
    [32, 32],
    [16, 16],
  ]);
  expect(levels[2].transform).toEqual([4, 0, 400000, 0, -4, 5600000]);
  expect(new Set(levels[0].data).size).toBe(4);
  await fuse(at('pan.tif'), at('ms.tif'), at('parts.tif'), {
    ...scene,
    tile: 48,
    overwrite: true,
  });
  const parts = await read('level-0.tif');
  const other = parts.data.reduce((n, v, i) => n + (v === levels[0].data[i] ? 0 : 1), 0);
  // Windows have a border of zeros where the scene goes on.
  expect(other / parts.data.length).toBeLessThan(0.02);
  const [whole, cut] = [await read('whole.tif'), await read('parts.tif')];
  expect(cut.data).toBeAllclose(whole.data, { atol: 20 });
});

test.each([
  [
    'maps of windows that stand for themselves',
    { maps: '.', tile: 32 },
    '--maps: expected clusters that mean the same in all windows',
  ],
  [
    'clusters of a network that has none',
    { method: 'mtf-glp-fs', weights: undefined, clustering: 'scene' },
    '--clustering: expected a network that clusters pixels',
  ],
] as const)('%s are refused', async (_, given, message) => {
  const all = { ...options(), ...given } as Parameters<typeof fuse>[3];
  await expect(fuse(at('pan.tif'), at('ms.tif'), at('bad.tif'), all)).rejects.toThrow(message);
});

test('places in a large scene lie on the lattice, inside it, and apart', () => {
  const places = candidatesIn({ height: 5000, width: 3000 }, 4);
  expect(places).toHaveLength(48);
  for (const { rows, cols } of places) {
    expect([rows.start % 4, cols.start % 4, rows.end - rows.start]).toEqual([0, 0, 128]);
    expect(rows.end).toBeLessThanOrEqual(5000);
    expect(cols.end).toBeLessThanOrEqual(3000);
  }
  const first = places.slice(0, 8).map(({ rows, cols }) => [rows.start, cols.start]);
  const gaps = first.flatMap(([r, c], i) =>
    first.slice(i + 1).map(([s, d]) => Math.hypot(r - s, c - d)),
  );
  expect(Math.min(...gaps)).toBeGreaterThan(700);
  // A small one is covered.
  expect(candidatesIn({ height: 200, width: 130 }, 4)).toEqual(
    [0, 72].flatMap((row) =>
      [0, 4].map((col) => ({
        rows: { start: row, end: row + 128 },
        cols: { start: col, end: col + 128 },
      })),
    ),
  );
});
