/** The demo's page and picture. */

import { join } from 'node:path';
import type { Raster, Sensor } from '@bandweave/image';
import type { SyntheticScene } from '@bandweave/image/synthetic';
import { openRaster } from '@bandweave/io';
import { REFERENCE_INDICES } from '@bandweave/metrics';
import { renderReport } from '@bandweave/report';
import { indexTable } from '../reports/index-table.js';
import { version } from '../version.js';
import { writeBeforeAfter } from './before-after.js';

/** Indices that the page shows; the others say much the same. */
const SHOWN = ['q2n', 'sam', 'ergas', 'scc', 'psnr', 'ssim'];

interface DemoOutcome {
  readonly scene: SyntheticScene;
  readonly methods: readonly {
    readonly method: string;
    readonly output: string;
    readonly indices: Readonly<Record<string, number>>;
    readonly seconds: number;
  }[];
  readonly folder: string;
}

/** The page as text, and the path of the picture. */
export async function demoReport(
  { scene, methods, folder }: DemoOutcome,
  sensor: Sensor,
): Promise<{ html: string; picture: string }> {
  const rasters = await Promise.all(methods.map(({ output }) => readWhole(output)));
  const picture = join(folder, 'picture.png');
  const pair = { before: rasters[0]!, after: rasters[rasters.length - 1]! };
  await writeBeforeAfter(picture, pair, sensor.trueColor);
  const rows = methods.map(({ method, indices }) => ({ name: method, indices }));
  const { height, width } = scene.pan;
  const html = await renderReport({
    title: 'A made scene, fused',
    subtitle: `${width} x ${height} PAN pixels as ${sensor.title} would see them`,
    facts: [
      { label: 'Sensor', value: sensor.title },
      { label: 'Ratio', value: String(sensor.ratio) },
      { label: 'Bits', value: String(sensor.bits) },
      ...methods.map(({ method, seconds }) => ({
        label: method,
        value: `${seconds.toFixed(1)} s`,
      })),
    ],
    pan: scene.pan,
    truth: scene.truth,
    products: methods.map(({ method }, i) => ({
      name: method,
      kind: method === 'exp' ? ('expanded' as const) : ('fused' as const),
      raster: rasters[i]!,
    })),
    indices: [
      {
        title: 'Against the truth.',
        ...indexTable(
          REFERENCE_INDICES.filter(({ key }) => SHOWN.includes(key)),
          rows,
        ),
      },
    ],
    bandNames: scene.bandNames,
    wavelengths: scene.wavelengths,
    trueColor: sensor.trueColor,
    falseColor: sensor.falseColor,
    points: scene.landmarks,
    unit: 'counts',
    generator: `Bandweave ${version()}`,
  });
  return { html, picture };
}

async function readWhole(path: string): Promise<Raster> {
  const source = await openRaster(path);
  try {
    const { height, width } = source.info;
    return await source.read({ row: 0, col: 0, height, width });
  } finally {
    await source.close();
  }
}
