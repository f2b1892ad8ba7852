/**
 * `npm run ablate -- NETWORK [--seconds 60 | --steps 300] [--seeds 3] [--variants a,b]
 * [--sizes dim=8] [--batch 4] [--patch 32] [--ema 0] [--accumulate 1] [--cosine] [--mtf 0] [--evaluations 10]
 * [--shift 0] [--train SCENE,...] [--test SCENE,...]`: every variant of a network, trained alike on
 * some scenes and measured on others, as a Markdown table of means and standard deviations over
 * seeds. Scenes are folders of ../shared/data, or of BANDWEAVE_SHARED/data.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findNetwork, NETWORKS } from '@bandweave/models';
import { readTrainingScenes } from '@bandweave/pipeline/training';
import { type Indices, parseRecipe, settingsFor, train } from '@bandweave/training';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    steps: { type: 'string' },
    seeds: { type: 'string', default: '3' },
    variants: { type: 'string' },
    sizes: { type: 'string' },
    batch: { type: 'string', default: '4' },
    patch: { type: 'string', default: '32' },
    lr: { type: 'string' },
    // Averages and restarts of hundreds of epochs mean nothing in a short training.
    ema: { type: 'string' },
    accumulate: { type: 'string' },
    cosine: { type: 'boolean' },
    // Scenes are blurred and sharpened anew where these vary, which takes longer than small steps.
    mtf: { type: 'string' },
    shift: { type: 'string' },
    base: { type: 'string' },
    normalise: { type: 'string' },
    inputs: { type: 'string' },
    // Of networks that sample: evaluations an image where it is measured.
    evaluations: { type: 'string' },
    threads: { type: 'string', default: '1' },
    train: { type: 'string', default: 'ikonos_pair,pleiades_urban_pair,vhr4_georef_pair' },
    test: { type: 'string', default: 'quickbird_pair' },
  },
});

const network = findNetwork(positionals[0] ?? '');
if (!network) {
  const known = NETWORKS.map(({ name }) => name).join(', ');
  process.stderr.write(`ablate: expected a network (${known}), got ${positionals[0]}.\n`);
  process.exit(2);
}
const data = join(process.env['BANDWEAVE_SHARED'] ?? '../shared', 'data');
const paths = (list: string) => list.split(',').map((name) => join(data, name));
const scenes = await readTrainingScenes(paths(values.train));
const held = await readTrainingScenes(paths(values.test));
const given = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const sizes =
  values.sizes &&
  Object.fromEntries(
    values.sizes.split(',').map((part) => {
      const [name, value] = part.split('=');
      return [name, Number(value)];
    }),
  );

const names = values.variants?.split(',') ?? ['', ...network.variants.map(({ name }) => name)];
const titleOf = (name: string) =>
  network.variants.find((variant) => variant.name === name)?.title ??
  `${network.title}, as published`;
const scratch = await mkdtemp(join(tmpdir(), 'bandweave-ablation-'));
const keys = ['q2n', 'sam', 'ergas'] as const;
const digits = { q2n: 4, sam: 3, ergas: 3 };
const rows: string[] = [];
let start: Indices | undefined;
try {
  for (const variant of names) {
    const results: Indices[] = [];
    const steps: number[] = [];
    let parameters = 0;
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const { steps: count, seconds, batch, patch, lr, base, normalise, inputs, threads } = values;
      const changes = {
        seed,
        ...(variant === '' ? {} : { variant }),
        steps: given(count),
        minutes: count === undefined ? Number(seconds ?? 60) / 60 : undefined,
        batch: given(batch),
        patch: given(patch),
        lr: given(lr),
        ema: given(values.ema),
        accumulate: given(values.accumulate),
        mtf: given(values.mtf),
        shift: given(values.shift),
        schedule: values.cosine ? { kind: 'cosine', min: 0 } : undefined,
        threads: given(threads),
        sizes: sizes || undefined,
        base,
        normalise,
        inputs,
        // Measured once, at the end: nothing of the scenes held out enters the choice.
        validateEvery: 1e9,
        keep: 'last',
        ...(seconds === undefined && count !== undefined ? {} : { epochs: 1e6 }),
      };
      const defined = Object.fromEntries(
        Object.entries(changes).filter(([, value]) => value !== undefined),
      );
      const settings = settingsFor(network, parseRecipe(defined, 'ablate'));
      const folder = join(scratch, `${variant || 'published'}-${seed}`);
      const result = await train(network, scenes, {
        settings,
        folder,
        validation: held,
        ...(values.evaluations ? { sampler: { steps: Number(values.evaluations) } } : {}),
      });
      results.push(result.indices!);
      steps.push(result.steps);
      parameters = result.parameters;
      start = result.start;
      process.stderr.write(
        `${variant || 'published'} seed ${seed}: ${result.steps} steps, ${result.seconds.toFixed(0)} s, ${keys.map((key) => `${key} ${result.indices![key].toFixed(digits[key])}`).join(', ')}\n`,
      );
    }
    const cells = keys.map((key) =>
      spread(
        results.map((one) => one[key]),
        digits[key],
      ),
    );
    const done = Math.round(steps.reduce((a, b) => a + b, 0) / steps.length);
    rows.push(`| ${titleOf(variant)} | ${parameters} | ${done} | ${cells.join(' | ')} |`);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.stdout.write(
  `Trained on ${scenes.map(({ name }) => name).join(', ')}; measured on ${held.map(({ name }) => name).join(', ')}. ` +
    `Mean ± standard deviation over ${values.seeds} seeds.\n\n` +
    '| variant | parameters | steps | Q2n | SAM | ERGAS |\n|---|---|---|---|---|---|\n' +
    (start
      ? `| the image it starts from | | | ${keys.map((key) => start![key].toFixed(digits[key])).join(' | ')} |\n`
      : '') +
    `${rows.join('\n')}\n`,
);

function spread(values: readonly number[], places: number): string {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((a, b) => a + (b - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(square / (values.length - 1)) : 0;
  return `${mean.toFixed(places)} ± ${deviation.toFixed(places)}`;
}
