/**
 * `npm run bench:quality`: every classical method on real pairs at reduced resolution (Wald's
 * protocol by `simulate`), as a Markdown table. Pairs lie where BANDWEAVE_SHARED says.
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METHODS } from '@bandweave/fusion';
import { assess, fuse, simulate } from '@bandweave/pipeline';

/** Scene and sensor; an undefined sensor is guessed. */
const SCENES: readonly (readonly [string, string | undefined])[] = [
  ['wv2_pair', 'worldview-2'],
  ['wv3_georef_pair', 'worldview-3'],
  ['quickbird_pair', 'quickbird'],
  ['ikonos_pair', 'ikonos'],
  ['geoeye1_pair', 'geoeye-1'],
  ['pleiades_urban_pair', 'pleiades'],
  ['spot6_cropland_pair', 'spot-6'],
  ['vhr4_georef_pair', undefined],
  ['landsat8_istanbul_georef_pair', 'landsat-8'],
];

const data = join(process.env['BANDWEAVE_SHARED'] ?? '../shared', 'data');
const scratch = await mkdtemp(join(tmpdir(), 'bandweave-quality-'));
process.stdout.write(
  '| scene | method | Q2n | SAM | ERGAS | SCC | PSNR |\n|---|---|---|---|---|---|---|\n',
);
try {
  for (const [scene, sensor] of SCENES) {
    const source = join(data, scene);
    if (!existsSync(join(source, 'pan.tif'))) {
      process.stdout.write(`| ${scene} | skipped: not there | | | | | |\n`);
      continue;
    }
    const chosen = sensor ? { sensor } : {};
    const pair = { pan: join(source, 'pan.tif'), ms: join(source, 'ms.tif') };
    const reduced = await simulate(pair, join(scratch, scene), chosen);
    for (const { name } of METHODS) {
      const fused = join(scratch, scene, `${name}.tif`);
      await fuse(reduced.pan, reduced.ms, fused, { method: name, ...chosen });
      const { indices } = await assess(
        fused,
        { reference: reduced.reference },
        { ratio: reduced.ratio },
      );
      const { q2n, sam, ergas, scc, psnr } = indices as Record<string, number>;
      const cells = [
        q2n.toFixed(3),
        sam.toFixed(2),
        ergas.toFixed(2),
        scc.toFixed(3),
        psnr.toFixed(2),
      ];
      process.stdout.write(`| ${scene} | ${name} | ${cells.join(' | ')} |\n`);
    }
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
