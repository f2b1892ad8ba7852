/**
 * Wald's protocol by hand: degrades a pair, fuses it by several methods and measures each
 * against the original MS, best first.
 *
 *   node examples/assess.mjs pan.tif ms.tif folder [sensor]
 */
import { join } from 'node:path';
import { assess, fuse, methods, simulate } from 'bandweave';

const [pan, ms, folder, sensor = 'generic'] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node examples/assess.mjs PAN MS FOLDER [SENSOR]');
  process.exit(2);
}

const reduced = await simulate({ pan, ms }, folder, { sensor, overwrite: true });
const rows = [];
for (const { name } of methods.filter(({ kind }) => kind === 'classical')) {
  const output = join(folder, `${name}.tif`);
  await fuse(reduced.pan, reduced.ms, output, { method: name, sensor, overwrite: true });
  const { indices } = await assess(
    output,
    { reference: reduced.reference },
    { ratio: reduced.ratio },
  );
  rows.push({ method: name, Q2n: indices.q2n, SAM: indices.sam, ERGAS: indices.ergas });
}
rows.sort((a, b) => b.Q2n - a.Q2n);
for (const { method, Q2n, SAM, ERGAS } of rows) {
  console.log(
    `${method.padEnd(12)} Q2n ${Q2n.toFixed(4)}  SAM ${SAM.toFixed(3)}  ERGAS ${ERGAS.toFixed(3)}`,
  );
}
