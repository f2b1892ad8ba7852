/**
 * `npm run bench:halves -- --weights FILE [--method NAME] [--minutes 10] [--scenes REGEXP]
 * [--folder DIR] [--adapt KEY=VALUE,...]`: adapts a network to the left half of every real pair below
 * BANDWEAVE_SHARED, from weights that should not have seen its sensor, and measures the right half:
 * the best of the classical methods, the weights it began with, and the adapted ones. With a folder
 * a stopped run goes on.
 */

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openRaster } from '@bandweave/io';
import { compare } from '@bandweave/pipeline';
import { adaptNetwork } from '@bandweave/pipeline/training';
import { cropFile } from './crop.js';
import { realPairs } from './scenes.js';

/** All that come first in an index on a scene of docs/results.md, and the usual ones. */
const CLASSICAL = [
  ...['mtf-glp-fs', 'mtf-glp-hpm', 'mtf-glp-hpm-h', 'mtf-glp-hpm-r', 'awlp', 'awlp-v13', 'atwt'],
  ...['fe-hpm', 'mf-hg', 'sfim', 'hpf', 'bt-h', 'gsa', 'c-gsa', 'pracs', 'bdsd', 'bdsd-pc', 'tv'],
  ...['atwt-m3', 'indusion', 'exp'],
];

const { values } = parseArgs({
  options: {
    weights: { type: 'string' },
    method: { type: 'string', default: 'bandwise' },
    minutes: { type: 'string', default: '10' },
    scenes: { type: 'string', default: '' },
    folder: { type: 'string', default: join(tmpdir(), 'bandweave-halves') },
    recipe: { type: 'string', default: '{}' },
  },
});
const { method, weights } = values;

interface Score {
  readonly q2n: number;
  readonly sam: number;
  readonly ergas: number;
  readonly hqnr: number;
}

process.stdout.write('| right half of | method | Q2n | SAM | ERGAS | HQNR at full resolution |\n');
process.stdout.write('|---|---|---|---|---|---|\n');
for (const { name, pan, ms, sensor } of realPairs()) {
  if (!new RegExp(values.scenes).test(name)) continue;
  const folder = join(values.folder, name.replace(/\W+/g, '-'));
  await mkdir(folder, { recursive: true });
  const halves = await halve({ pan, ms }, folder);
  const adapted = join(folder, `${method}.safetensors`);
  if (!existsSync(adapted)) {
    const { steps, seconds, stopped } = await adaptNetwork(method, halves.left, adapted, {
      minutes: Number(values.minutes),
      overwrite: true,
      ...(weights ? { weights } : {}),
      ...(sensor ? { sensor } : {}),
      changes: { threads: 1, ...JSON.parse(values.recipe) },
      onMessage: (line) => process.stderr.write(`${name}: ${line}\n`),
    });
    process.stderr.write(`${name}: ${steps} steps, ${Math.round(seconds)} s, ${stopped}\n`);
  }
  const measure = async (label: string, methods: string[], file?: string) => {
    const options = {
      methods,
      threads: 1,
      ...(file ? { weights: { [method]: file } } : {}),
      ...(sensor ? { sensor } : {}),
    };
    const pairs = [{ pan: halves.right.pan, ms: [halves.right.ms] }];
    const { scenes } = await compare(pairs, { ...options, folder: join(folder, label) });
    return new Map(
      methods.map((one): [string, Score] => {
        const of = (resolution: string) =>
          scenes
            .find((scene) => scene.resolution === resolution)
            ?.scores.find((score) => score.method === one)?.indices ?? {};
        const { q2n = Number.NaN, sam = Number.NaN, ergas = Number.NaN } = of('reduced');
        return [one, { q2n, sam, ergas, hqnr: of('full').hqnr ?? Number.NaN }];
      }),
    );
  };
  const classical = await measure('classical', CLASSICAL);
  const best = (key: keyof Score, sign: number, digits: number) => {
    const all = [...classical].filter(([, score]) => Number.isFinite(score[key]));
    const [first] = all.sort((a, b) => sign * (b[1][key] - a[1][key]));
    return first ? `${first[1][key].toFixed(digits)} ${first[0]}` : '-';
  };
  const row = (label: string, cells: readonly string[]) =>
    process.stdout.write(`| ${name} | ${label} | ${cells.join(' | ')} |\n`);
  row('best classical of each', [
    best('q2n', 1, 4),
    best('sam', -1, 3),
    best('ergas', -1, 3),
    best('hqnr', 1, 4),
  ]);
  const cells = (found: ReadonlyMap<string, Score>) => {
    const { q2n, sam, ergas, hqnr } = found.get(method) as Score;
    return [q2n.toFixed(4), sam.toFixed(3), ergas.toFixed(3), hqnr.toFixed(4)];
  };
  if (weights) row(`${method}, as it began`, cells(await measure('begun', [method], weights)));
  row(`${method}, adapted on the left half`, cells(await measure('adapted', [method], adapted)));
}

interface Pair {
  readonly pan: string;
  readonly ms: string;
}

/** Both halves as files, cut along a column of MS. */
async function halve({ pan, ms }: Pair, folder: string): Promise<{ left: Pair; right: Pair }> {
  const [fine, coarse] = [await openRaster(pan), await openRaster(ms)];
  const ratio = Math.round(fine.info.width / coarse.info.width);
  const { width, height } = coarse.info;
  await fine.close();
  await coarse.close();
  // Even halves stay whole when they are reduced.
  const middle = Math.floor(width / 2 / ratio) * ratio;
  const part = async (side: string, col: number, columns: number): Promise<Pair> => {
    const files = { pan: join(folder, `${side}-pan.tif`), ms: join(folder, `${side}-ms.tif`) };
    await cropFile(ms, files.ms, { row: 0, col, height, width: columns });
    await cropFile(pan, files.pan, {
      row: 0,
      col: col * ratio,
      height: height * ratio,
      width: columns * ratio,
    });
    return files;
  };
  return {
    left: await part('left', 0, middle),
    right: await part('right', middle, width - middle),
  };
}
