/** `info FILE`: what a file is, in one screen. */

import type { Command } from 'commander';
import { type FileKind, fileKind } from '../file-kind.js';
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
    .description('What a file is, in one screen: a raster, weights of a network, an ONNX model.')
    .argument(
      '<file>',
      'GeoTIFF, PNG, JPEG, safetensors, .pth, ONNX; a path, an address or FILE,band=N',
    )
    .action(info);
  return withExample(
    withRunFlags(command),
    'bandweave info scene.tif',
    'bandweave info weights.pth --json',
  );
}

const READERS: Readonly<Record<FileKind, (file: string) => Promise<Facts>>> = {
  raster: async (file) => (await import('../info/raster.js')).rasterFacts(file),
  weights: async (file) => (await import('../info/weights.js')).weightsFacts(file),
  onnx: async (file) => (await import('../info/onnx.js')).onnxFacts(file),
};

async function info(file: string, { json }: RunFlags): Promise<void> {
  const facts = await READERS[await fileKind(file)](file);
  if (json) printJson(facts.data);
  else print(facts.text);
}
