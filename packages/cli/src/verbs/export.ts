/** `export METHOD -o FILE.onnx`: a network with its weights as an ONNX file. */

import type { Command } from 'commander';
import { type RunFlags, required, withExample, withRunFlags } from '../options/run.js';
import { choice, windowSize } from '../options/values.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';
import { UsageError } from '../usage-error.js';
import { version } from '../version.js';

const PROVIDERS = ['any', 'cpu', 'cuda', 'webgpu'] as const;

interface ExportFlags extends RunFlags {
  readonly output?: string;
  readonly weights?: string;
  readonly size?: readonly [number, number];
  readonly provider?: (typeof PROVIDERS)[number];
  readonly overwrite?: true;
}

export function register(program: Command): Command {
  const command = program
    .command('export')
    .description(
      'A network with its weights as an ONNX file for windows of one size, which any ONNX runtime\n' +
        'opens. Inputs pan, ms and for some networks lms (ms enlarged), divided by the largest\n' +
        'value of the sensor; output fused. Its metadata name network, bands, ratio and sizes.',
    )
    .argument('<method>', 'a network; bandweave methods lists them')
    .option('-o, --output <file>', 'the .onnx file to write; above 2 GB weights go to FILE.data')
    .option('--weights <file>', 'its weights: .safetensors or .pth')
    .option(
      '--size <side>',
      'sides of a window in PAN pixels: 256 (default) or HEIGHTxWIDTH',
      windowSize('--size'),
    )
    .option(
      '--provider <name>',
      `where it will run: ${PROVIDERS.join(', ')}; any (default) asks for nothing special`,
      choice('--provider', PROVIDERS),
    )
    .option('--overwrite', 'replace the output where it exists')
    .action(exportVerb);
  return withExample(
    withRunFlags(command),
    'bandweave export fusionmamba --weights wv3.safetensors -o fusionmamba.onnx',
    'bandweave export lemamba --weights wv3.pth --size 64x128 --provider webgpu -o lemamba.onnx',
  );
}

async function exportVerb(method: string, flags: ExportFlags): Promise<void> {
  const output = required(flags.output, { verb: 'export', option: '-o, --output <file>' });
  const weights = required(flags.weights, { verb: 'export', option: '--weights <file>' });
  if (!/\.onnx$/i.test(output)) {
    throw new UsageError(
      `bandweave export: expected an output that ends in .onnx, got ${output}; name it ${output}.onnx.`,
    );
  }
  const { NETWORK_LIST } = await import('@bandweave/models/network-list');
  if (!NETWORK_LIST.some(({ name }) => name === method)) {
    const names = NETWORK_LIST.map(({ name }) => name).join(', ');
    throw new UsageError(
      `bandweave export: expected a network (${names}), got ${JSON.stringify(method)}; choose one of them.`,
    );
  }
  const { checkOutput } = await import('@bandweave/pipeline');
  await checkOutput(output, [weights], flags.overwrite ?? false);
  const [height, width] = flags.size ?? [256, 256];
  const { provider = 'any' } = flags;
  const { facts, files, inputs, parameters } = await run(flags, async () => {
    const { exportNetwork } = await import('@bandweave/models');
    return exportNetwork(method, {
      weights,
      output,
      height,
      width,
      provider: provider === 'any' ? 'wasm' : provider,
      metadata: { producer: `bandweave ${version()}` },
    });
  });
  if (flags.json) {
    printJson({
      method,
      output,
      files,
      inputs,
      outputs: { fused: [1, facts.msBands, height, width] },
      parameters,
      ...facts,
    });
    return;
  }
  const shapes = Object.entries(inputs).map(([name, shape]) => `${name} ${shape.join('x')}`);
  print(`${files.join(' and ')}: ${method}, ${shapes.join(', ')}, ${parameters} parameters`);
}
