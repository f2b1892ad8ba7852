/**
 * Table of methods on a reduced pair of guide and cube, as Markdown: fuses with each and compares
 * with the reference.
 *
 *   node scripts/cube-table.mjs FOLDER [METHOD | METHOD=WEIGHTS ...]
 *
 * FOLDER is what `bandweave simulate` wrote: pan.tif (the guide), ms.tif, reference.tif. Networks
 * are named with their file of weights. Bands of the reference, best to worst, follow the table.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BANDWEAVE = new URL('../packages/bandweave/bin/bandweave.js', import.meta.url).pathname;
const CLASSICAL = [
  'exp',
  'gs',
  'gsa',
  'pca',
  'brovey',
  'bdsd-pc',
  'hpf',
  'sfim',
  'awlp',
  'mtf-glp',
  'mtf-glp-hpm',
  'mtf-glp-cbd',
  'mtf-glp-fs',
  'cnmf',
];

const [folder, ...asked] = process.argv.slice(2);
const { ratio } = JSON.parse(readFileSync(join(folder, 'scene.json'), 'utf8'));
const place = mkdtempSync(join(tmpdir(), 'bandweave-cubes-'));
const output = join(place, 'fused.tif');
const run = (...words) =>
  JSON.parse(
    execFileSync(process.execPath, [BANDWEAVE, ...words, '--json', '-q'], {
      maxBuffer: 1 << 26,
    }).toString(),
  );

console.log('| method | PSNR | SSIM | SAM | ERGAS | CC | Q2n | s |');
console.log('|---|---|---|---|---|---|---|---|');
for (const entry of asked.length > 0 ? asked : CLASSICAL) {
  const [method, weights] = entry.split('=');
  const more = weights ? ['--weights', weights] : [];
  const pair = [join(folder, 'pan.tif'), join(folder, 'ms.tif')];
  const { seconds } = run('fuse-hs', ...pair, '-o', output, '-m', method, '--overwrite', ...more);
  const reference = join(folder, 'reference.tif');
  const { indices } = run('assess', output, '--reference', reference, '--ratio', String(ratio));
  const { psnr, ssim, sam, ergas, cc, q2n } = indices;
  const cells = [
    method,
    psnr.toFixed(2),
    ssim.toFixed(4),
    sam.toFixed(3),
    ergas.toFixed(3),
    cc.toFixed(4),
    q2n.toFixed(4),
    seconds.toFixed(1),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
rmSync(place, { recursive: true });
