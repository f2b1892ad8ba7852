/**
 * `npm run bench:network-quality [-- METHOD...]`: networks with the weights that their authors
 * published, on real pairs at reduced resolution, as a Markdown table; whole scenes and, where one
 * is named, a part. Pairs and weights lie where BANDWEAVE_SHARED says.
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess, fuse, simulate } from '@bandweave/pipeline';
import { cropFile } from './crop.js';

interface Scene {
  readonly name: string;
  readonly sensor: string;
  /** Method and weights below `parity`; classical ones have none. */
  readonly methods: readonly (readonly [string, string?])[];
  /** An upper left part that is assessed besides, of the scene fused whole. */
  readonly part?: { readonly height: number; readonly width: number };
}

const CLASSICAL = [['exp'], ['mtf-glp-fs']] as const;

const SCENES: readonly Scene[] = [
  {
    name: 'wv2_pair',
    sensor: 'worldview-2',
    part: { height: 224, width: 256 },
    methods: [
      ...CLASSICAL,
      ['pnn', 'pretrained/pnn_wv3'],
      ['pannet', 'pretrained/pannet_wv3'],
      ['fusionnet', 'pretrained/fusionnet_wv3'],
      ['cannet', 'cannet/wv3_published_64'],
      ['fusionmamba', 'fusionmamba/wv3_420_64'],
    ],
  },
  {
    name: 'quickbird_pair',
    sensor: 'quickbird',
    methods: [
      ...CLASSICAL,
      ['pnn', 'pretrained/pnn_qb'],
      ['pannet', 'pretrained/pannet_qb'],
      ['fusionnet', 'pretrained/fusionnet_qb'],
    ],
  },
];

const shared = process.env['BANDWEAVE_SHARED'] ?? '../shared';
const wanted = new Set(process.argv.slice(2));
const scratch = await mkdtemp(join(tmpdir(), 'bandweave-quality-'));

async function row(
  head: string,
  { fused, reference }: { readonly fused: string; readonly reference: string },
): Promise<void> {
  const { indices } = await assess(fused, { reference }, { ratio: 4 });
  const { q2n, sam, ergas, scc, psnr } = indices as Record<string, number>;
  const cells = [[q2n, 3] as const, [sam, 2] as const, [ergas, 2] as const, [scc, 3] as const];
  const texts = [...cells, [psnr, 2] as const].map(([value, digits]) => value.toFixed(digits));
  process.stdout.write(`| ${head} | ${texts.join(' | ')} |\n`);
}

process.stdout.write('| scene | method | Q2n | SAM | ERGAS | SCC | PSNR |\n');
process.stdout.write('|---|---|---|---|---|---|---|\n');
try {
  for (const { name, sensor, methods, part } of SCENES) {
    const source = join(shared, 'data', name);
    if (!existsSync(join(source, 'pan.tif'))) {
      process.stdout.write(`| ${name} | skipped: not there | | | | | |\n`);
      continue;
    }
    const pair = { pan: join(source, 'pan.tif'), ms: join(source, 'ms.tif') };
    const reduced = await simulate(pair, join(scratch, name), { sensor });
    for (const [method, weights] of methods) {
      if (wanted.size > 0 && !wanted.has(method)) continue;
      const fused = join(scratch, name, `${method}.tif`);
      const file = weights && join(shared, 'parity', weights, 'weights.safetensors');
      await fuse(reduced.pan, reduced.ms, fused, {
        method,
        sensor,
        ...(file ? { weights: file } : {}),
      });
      await row(`${name} | ${method}`, { fused, reference: reduced.reference });
      if (!part) continue;
      const cut = { fused: `${fused}.part.tif`, reference: join(scratch, name, 'part.tif') };
      await cropFile(fused, cut.fused, part);
      await cropFile(reduced.reference, cut.reference, part);
      await row(`${name}, ${part.height} x ${part.width} | ${method}`, cut);
    }
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
