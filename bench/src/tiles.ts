/**
 * `npm run bench:tiles [-- METHOD...] [--pair NAME] [--mode released]`: every streaming method on a
 * real pair (WorldView-2 by default) with tiles of 64 and 200 against 1024: the largest difference
 * in counts, which must not exceed 1. Pairs are those below BANDWEAVE_SHARED/data.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findMethod, METHODS } from '@bandweave/fusion';
import type { Samples } from '@bandweave/image';
import { openRaster } from '@bandweave/io';
import { type FuseOptions, fuse } from '@bandweave/pipeline';
import { realPairs } from './scenes.js';

const TILES = [64, 200];
const WHOLE = 1024;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pair: { type: 'string', default: 'wv2_pair' },
    mode: { type: 'string', default: 'mended' },
  },
});
const mode: 'released' | 'mended' = values.mode === 'released' ? 'released' : 'mended';
const pair = realPairs().find(({ name }) => name === values.pair);
if (!pair) throw new Error(`tiles: expected a pair below data/, got ${values.pair}.`);
const { pan, ms, sensor } = pair;
const wanted = positionals.length > 0 ? positionals.map(findMethod) : METHODS;

const folder = await mkdtemp(join(tmpdir(), 'bandweave-tiles-'));
let failed = false;
try {
  process.stdout.write(
    `| method | ${TILES.map((tile) => `tile ${tile}`).join(' | ')} |\n|---|---|---|\n`,
  );
  for (const { name, extent } of wanted) {
    if (extent === 'scene') continue;
    const run = async (tile: number): Promise<Samples> => {
      const output = join(folder, 'fused.tif');
      const options: FuseOptions = {
        method: name,
        mode,
        tile,
        overwrite: true,
        ...(sensor ? { sensor } : {}),
      };
      await fuse(pan, ms, output, options);
      const source = await openRaster(output);
      const { height, width } = source.info;
      const { data } = await source.read({ row: 0, col: 0, height, width });
      await source.close();
      return data;
    };
    const whole = await run(WHOLE);
    const cells: string[] = [];
    for (const tile of TILES) {
      const tiled = await run(tile);
      let most = 0;
      for (let i = 0; i < whole.length; i++) most = Math.max(most, Math.abs(whole[i] - tiled[i]));
      if (most > 1) failed = true;
      cells.push(String(most));
    }
    process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (failed) process.exitCode = 1;
