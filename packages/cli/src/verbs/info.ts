/** `info FILE`: what a file is, in one screen. */

import type { Command } from 'commander';
import { fileKind } from '../file-kind.js';
import { rasterFacts } from '../info/raster.js';
import { weightsFacts } from '../info/weights.js';
import { type RunFlags, withExample, withRunFlags } from '../options/run.js';
import { print, printJson } from '../print.js';

/** What every kind of file answers with. */
export interface Facts {
  /** For `--json`. */
  readonly data: object;
  readonly text: string;
}

export function register(program: Command): Command {
  const command = program
    .command('info')
    .description('What a file is, in one screen: a raster, or weights of a network.')
    .argument('<file>', 'GeoTIFF, PNG, JPEG, safetensors, .pth; a path, an address or FILE,band=N')
    .action(info);
  return withExample(
    withRunFlags(command),
    'bandweave info scene.tif',
    'bandweave info weights.pth --json',
  );
}

async function info(file: string, { json }: RunFlags): Promise<void> {
  const kind = await fileKind(file);
  const facts = kind === 'raster' ? await rasterFacts(file) : await weightsFacts(file, kind);
  if (json) printJson(facts.data);
  else print(facts.text);
}
