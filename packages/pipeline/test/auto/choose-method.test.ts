import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster, RasterInfo, RasterSource, Window } from '@bandweave/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseMethod, SAFE_METHOD } from '../../src/auto/choose-method.js';
import { sampleParts } from '../../src/auto/sample-pair.js';
import { fuse } from '../../src/fuse.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-auto-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A raster in memory as an open file. */
function source(name: string, raster: Raster, step: number): RasterSource {
  const { bands, height, width } = raster;
  const info: RasterInfo = {
    width,
    height,
    bands,
    dataType: 'float64',
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [64, 64],
    areaOrPoint: 'area',
    metadata: {},
    transform: [step, 0, 0, 0, -step, 0],
  };
  const read = async ({ row, col, height: h, width: w }: Window) => {
    const data = new Float64Array(bands * h * w);
    for (let i = 0; i < data.length; i++) {
      const y = row + (Math.floor(i / w) % h);
      data[i] = raster.data[(Math.floor(i / w / h) * height + y) * width + col + (i % w)]!;
    }
    return { bands, height: h, width: w, data };
  };
  return { name, info, read, close: async () => {} } as RasterSource;
}

/** Land of bright roofs in `side` MS pixels; band b is `mix(b, roof)` of the same detail. */
function pair(side: number, mix: (band: number, roof: number, x: number, y: number) => number) {
  const at = (x: number, y: number) =>
    ((Math.floor(x / 11) * 73856093) ^ (Math.floor(y / 13) * 19349663)) & 255;
  const make = (bands: number, size: number, step: number) => {
    const data = new Float64Array(bands * size * size);
    for (let i = 0; i < data.length; i++) {
      const x = ((i % size) + 0.5) * step;
      const y = ((Math.floor(i / size) % size) + 0.5) * step;
      let sum = 0;
      // What a pixel sees is the mean over its ground.
      for (let u = 0; u < step; u++) {
        for (let v = 0; v < step; v++) {
          const [p, q] = [x - step / 2 + u + 0.5, y - step / 2 + v + 0.5];
          sum +=
            bands === 1
              ? mix(-1, at(p, q), p, q)
              : mix(Math.floor(i / size / size), at(p, q), p, q);
        }
      }
      data[i] = sum / step / step;
    }
    return { bands, height: size, width: size, data };
  };
  return {
    pan: source('pan', make(1, side * 4, 1), 1),
    ms: source('ms', make(3, side, 4), 4),
  };
}

test('the same scene is judged the same way every time, best first', async () => {
  const scene = pair(128, (band, roof) => 300 + roof * (1 + band / 3));
  const first = await chooseMethod(scene, { sensor: 'generic' });
  const second = await chooseMethod(scene, { sensor: 'generic' });
  expect(second).toEqual(first);
  const values = first.scores.map(({ q2n }) => q2n);
  expect(values).toEqual([...values].sort((a, b) => b - a));
  expect(first.scores.map(({ method }) => method)).toContain(SAFE_METHOD);
  expect(first.reason).toContain(`method ${first.method}: Q2n`);
});

test('what is chosen is never judged below mtf-glp-fs', async () => {
  for (const gain of [0.2, 1, 3]) {
    const { method, scores } = await chooseMethod(
      pair(
        96,
        (band, roof, x) => 200 + 100 * Math.sin(x / 40 + band) + (band < 0 ? 1 : gain) * roof,
      ),
      { sensor: 'generic' },
    );
    const of = (name: string) => scores.find((score) => score.method === name)!.q2n;
    expect(of(method)).toBeGreaterThanOrEqual(of(SAFE_METHOD));
  }
});

test('a scene too small to be judged gets mtf-glp-fs and says so', async () => {
  const choice = await chooseMethod(
    pair(40, (_, roof) => roof),
    { sensor: 'generic' },
  );
  expect(choice).toMatchObject({ method: SAFE_METHOD, scores: [] });
  expect(choice.reason).toMatch(/too small/);
});

test('fuse --method auto says which and why', async () => {
  const { pan, ms } = pair(64, (band, roof) => 300 + roof * (1 + band / 3));
  const said: string[] = [];
  const result = await fuse(pan, ms, join(folder, 'auto.tif'), {
    method: 'auto',
    sensor: 'generic',
    onMessage: (line) => said.push(line),
  });
  expect(result.auto?.method).toBe(result.method);
  expect(said[0]).toBe(result.auto?.reason);
});

test('parts are whole ratios inside the scene; small scenes are taken whole', () => {
  expect(sampleParts({ height: 224, width: 320 }, 4)).toEqual([
    { row: 0, col: 0, height: 224, width: 320 },
  ]);
  for (const [height, width, ratio] of [
    [5000, 4001, 4],
    [400, 900, 2],
    [1000, 390, 6],
  ] as const) {
    const parts = sampleParts({ height, width }, ratio);
    expect(parts.length).toBeLessThanOrEqual(4);
    for (const part of parts) {
      expect([part.height % ratio, part.width % ratio]).toEqual([0, 0]);
      expect(part.row).toBeGreaterThanOrEqual(0);
      expect(part.row + part.height).toBeLessThanOrEqual(height);
      expect(part.col + part.width).toBeLessThanOrEqual(width);
    }
  }
});
