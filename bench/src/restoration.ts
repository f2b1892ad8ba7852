/**
 * `npm run bench:restoration [-- speed|denoise|deblur] [--side N] [--most N] [--step N]
 * [--sigmas 10,30,50] [--iterations N] [--threads N] [--log FILE]`: speed against Octave's, and the tables of
 * quality on crops of the colour sets, which lie where BANDWEAVE_SHARED says. With `--log` a table
 * that was stopped goes on.
 */

import { parseArgs } from 'node:util';
import { passPool } from '@bandweave/restoration';
import { timeDenoising } from './restoration/speed.js';
import { deblurTable, denoiseTable } from './restoration/tables.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    side: { type: 'string', default: '128' },
    most: { type: 'string', default: '100' },
    step: { type: 'string', default: '3' },
    sigmas: { type: 'string', default: '10,30,50' },
    iterations: { type: 'string' },
    threads: { type: 'string', default: '2' },
    log: { type: 'string' },
  },
});

const pool = passPool(Number(values.threads));
const table = {
  side: Number(values.side),
  most: Number(values.most),
  step: Number(values.step),
  sigmas: values.sigmas.split(',').map(Number),
  ...(values.log === undefined ? {} : { log: values.log }),
};
try {
  for (const what of positionals.length > 0 ? positionals : ['speed']) {
    if (what === 'denoise') await denoiseTable(pool, table);
    else if (what === 'deblur') await deblurTable(pool, table);
    else {
      const few = values.iterations === undefined ? {} : { iterations: Number(values.iterations) };
      await timeDenoising(pool, { side: 48, name: 'released', ...few });
      await timeDenoising(pool, { side: 512, name: 'fast', ...few });
      await timeDenoising(pool, { side: 512, name: 'released', ...few });
    }
  }
} finally {
  await pool.close();
}
