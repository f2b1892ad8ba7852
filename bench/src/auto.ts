/**
 * `npm run bench:auto`: what `--method auto` chooses for every real pair, and whether it is ever
 * worse than mtf-glp-fs. Twice: for the scene itself, measured one scale down, where it was judged;
 * and for the degraded pair, which it judges another scale down, measured against the original MS.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AutoChoice,
  assess,
  chooseMethod,
  fuse,
  simulate,
  withRasters,
} from '@bandweave/pipeline';
import { realPairs } from './scenes.js';

const scratch = await mkdtemp(join(tmpdir(), 'bandweave-auto-'));
process.stdout.write(
  '| scene | auto | Q2n | mtf-glp-fs | processor seconds | auto of the reduced pair | Q2n |\n|---|---|---|---|---|---|---|\n',
);
let worst = 0;
try {
  for (const { name, pan, ms, sensor } of realPairs()) {
    const chosen = sensor ? { sensor } : {};
    const place = join(scratch, name.replaceAll('/', '-'));
    const reduced = await simulate({ pan, ms }, place, chosen);
    const known = new Map<string, number>();
    const quality = async (method: string) => {
      if (!known.has(method)) {
        const output = join(place, `${method}.tif`);
        await fuse(reduced.pan, reduced.ms, output, { method, sensor: reduced.sensor });
        const { ratio, reference } = reduced;
        known.set(method, (await assess(output, { reference }, { ratio })).indices.q2n);
      }
      return known.get(method)!;
    };
    const started = process.cpuUsage();
    const own = await choose(pan, ms, chosen);
    const seconds = process.cpuUsage(started).user / 1e6;
    const below = await choose(reduced.pan, reduced.ms, { sensor: reduced.sensor });
    const safe = await quality('mtf-glp-fs');
    const [a, b] = [await quality(own.method), await quality(below.method)];
    worst = Math.min(worst, a - safe, b - safe);
    if (process.env['AUTO_SCORES'])
      process.stderr.write(`${name} ${JSON.stringify(below.scores.slice(0, 4))}\n`);
    const cells = [own.method, a.toFixed(4), safe.toFixed(4), seconds.toFixed(2), below.method];
    process.stdout.write(`| ${[name, ...cells, b.toFixed(4)].join(' | ')} |\n`);
  }
  process.stdout.write(`\nworst difference to mtf-glp-fs: ${worst.toFixed(4)}\n`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function choose(pan: string, ms: string, options: object): Promise<AutoChoice> {
  return withRasters([pan, ms], ([p, m]) => chooseMethod({ pan: p!, ms: m! }, options));
}
