/** `demo`: a scene with known truth, fused three ways, with figures, a picture and a report. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RunOptions } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type RunFlags, withExample, withRunFlags } from '../options/run.js';
import { integer } from '../options/values.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';
import { type Cell, table } from '../table.js';

/** MS enlarged and nothing more, then the methods: the last one is the default of `fuse`. */
const METHODS = ['exp', 'brovey', 'gsa', 'mtf-glp-fs'] as const;

interface DemoFlags extends RunFlags {
  readonly output: string;
  readonly size: number;
  readonly seed: number;
}

export function register(program: Command): Command {
  const command = program
    .command('demo')
    .description(
      'Makes a synthetic scene with known truth (fields, roads, roofs, water), lets a sensor see\n' +
        'it, fuses the pair three ways, prints the quality indices, writes a picture and a report.',
    )
    .option('-o, --output <folder>', 'where everything goes', 'demo')
    .option('--size <pixels>', 'side of the scene in PAN pixels', side, 768)
    .option(
      '--seed <n>',
      'another scene for another number',
      integer('--seed', [0, 2 ** 31 - 1]),
      11,
    )
    .action(demo);
  return withExample(
    withRunFlags(command),
    'bandweave demo',
    'bandweave demo -o /tmp/demo --seed 5',
  );
}

/** A multiple of the ratio that is large enough for blocks of 32 MS pixels. */
function side(text: string): number {
  return 4 * Math.ceil(integer('--size', [256, 4096])(text) / 4);
}

async function demo(flags: DemoFlags): Promise<void> {
  const started = performance.now();
  const result = await run(flags, (context) => make(flags, context));
  const seconds = (performance.now() - started) / 1000;
  if (flags.json) {
    printJson({ ...result, seconds });
    return;
  }
  const { indexInfo } = await import('@bandweave/metrics');
  const keys = Object.keys(result.methods[0]!.indices);
  const rows = result.methods.map(({ method, indices }): Cell[] => [
    method,
    ...keys.map((key) => indices[key]!),
  ]);
  print(table(['method', ...keys.map((key) => indexInfo(key)?.title ?? key)], rows));
  print(
    `\nexp is the blurry original, enlarged. Against the known truth, in ${seconds.toFixed(0)} s.\n`,
  );
  print(`picture  ${result.picture}\nreport   ${result.report}   (open it in a browser)`);
}

async function make({ output, size, seed }: DemoFlags, context: Required<RunOptions>) {
  const { assess, fuse } = await import('@bandweave/pipeline');
  const { DEMO_SENSOR, makeSceneFiles } = await import('../demo/scene-files.js');
  const { demoReport } = await import('../demo/report.js');
  const { signal, onProgress } = context;
  const folder = resolve(output);
  await mkdir(folder, { recursive: true });
  const total = 2 * METHODS.length + 2;
  let done = 0;
  const step = () => {
    signal.throwIfAborted();
    onProgress({ stage: 'demo', done: done++, total });
  };

  step();
  const { scene, paths } = await makeSceneFiles(folder, { side: size, seed });
  const methods: {
    method: string;
    output: string;
    indices: Readonly<Record<string, number>>;
    seconds: number;
  }[] = [];
  for (const method of METHODS) {
    step();
    const options = {
      method,
      sensor: DEMO_SENSOR.name,
      compress: 'deflate',
      overwrite: true,
      signal,
    } as const;
    const target = join(folder, `${method}.tif`);
    const fused = await fuse(paths.pan, paths.ms, target, options);
    step();
    const against = { ratio: DEMO_SENSOR.ratio, bitDepth: DEMO_SENSOR.bits, signal };
    const { indices } = await assess(target, { reference: paths.truth }, against);
    methods.push({ method, output: target, indices, seconds: fused.seconds });
  }
  step();
  const { html, picture } = await demoReport({ scene, methods, folder }, DEMO_SENSOR);
  const report = join(folder, 'report.html');
  await writeFile(report, html);
  onProgress({ stage: 'demo', done: total, total });
  return { folder, ...paths, methods, picture, report };
}
