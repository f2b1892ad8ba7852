/** `train` as a user runs it, on small made files. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors } from '@bandweave/graph';
import { writePng } from '@bandweave/io';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePair } from './made-pair.js';
import { runMain } from './run-main.js';

let folder: string;
let pair: { pan: string; ms: string };
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-train-'));
  pair = await makePair(folder, { side: 256 });
  writeFileSync(at('recipe.json'), JSON.stringify({ batch: 2, patch: 16, steps: 12, lr: 1e-3 }));
  writeFileSync(at('wrong.json'), JSON.stringify({ batch: 2, learningRate: 1 }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const small = ['--recipe', 'recipe.json', '--sizes', 'width=4,blocks=1', '--threads', '1'];
const train = (...args: readonly string[]) =>
  runMain('train', ...args.map((arg) => (arg === 'recipe.json' ? at(arg) : arg)));

test('train writes weights that say what they are, and fuse opens them', async () => {
  const weights = at('w.safetensors');
  const given = ['rescnn', '--data', pair.pan, pair.ms, '-o', weights, ...small];
  const { code, out, err } = await train(
    ...given,
    '--seed',
    '7',
    '--base',
    'exp',
    '--normalise',
    'range',
    '--json',
  );
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({
    output: weights,
    method: 'rescnn',
    steps: 12,
    scenes: 1,
  });
  const { metadata } = await readSafetensors(weights);
  const noted = JSON.parse(metadata.get('bandweave')!);
  expect(noted).toMatchObject({
    network: 'rescnn',
    seed: 7,
    bands: 4,
    ratio: 4,
    recipe: { lr: 1e-3, batch: 2 },
  });
  expect(noted.dataHash).toMatch(/^[0-9a-f]{64}$/);
  const log = readFileSync(join(`${weights}.training`, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(log.map((line) => JSON.parse(line)).some((entry) => entry.q2n > 0)).toBe(true);
  const page = readFileSync(join(`${weights}.training`, 'curves.html'), 'utf8');
  expect(page).toContain('<svg class="chart"');
  const fused = await runMain(
    'fuse',
    pair.pan,
    pair.ms,
    '-o',
    at('f.tif'),
    '-m',
    'rescnn',
    '--weights',
    weights,
    '-q',
  );
  expect(fused).toMatchObject({ code: 0, err: '' });
  expect(existsSync(at('f.tif'))).toBe(true);
});

test.each([
  [
    'a method that is no network',
    ['gsa'],
    /^train: expected a network \(.*rescnn.*\), got 'gsa'\.$/,
  ],
  [
    'a recipe with an unknown key',
    ['rescnn', '--recipe', 'wrong.json'],
    /wrong\.json: expected a recipe/,
  ],
  [
    'an unknown variant',
    ['rescnn', '--variant', 'x'],
    /--variant: expected one of those of rescnn/,
  ],
  ['a rate below zero', ['rescnn', '--lr', '-1'], /train: expected a recipe, got a mistake at lr/],
  [
    'a schedule of its own',
    ['rescnn', '--schedule', 'linear'],
    /--schedule: expected constant, cosine/,
  ],
  [
    'an unknown base',
    ['rescnn', '--base', 'magic', '--patch', '16'],
    /expected one of .*mtf-glp-fs.*'magic'/,
  ],
  ['nothing to resume', ['rescnn', '--resume'], /--resume: expected a checkpoint in .*got none/],
  [
    'weights under another end',
    ['rescnn', '-o', 'x.pth'],
    /--output: expected a name that ends in \.safetensors/,
  ],
])('%s is refused in one line', async (_, args, message) => {
  const named = args.map((arg) => (arg.endsWith('.json') || arg === 'x.pth' ? at(arg) : arg));
  const output = args.includes('-o') ? [] : ['-o', at('bad.safetensors')];
  const { code, out, err } = await runMain(
    'train',
    ...named,
    ...output,
    '--data',
    pair.pan,
    pair.ms,
  );
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect(err.trimEnd()).toMatch(message);
  expect(existsSync(at('bad.safetensors'))).toBe(false);
});

test('data that is not there is refused in one line', async () => {
  const { code, err } = await runMain(
    'train',
    'rescnn',
    '--data',
    at('gone'),
    '-o',
    at('b.safetensors'),
  );
  expect({ code, err }).toEqual({
    code: 2,
    err: `${at('gone')}: expected a folder or a raster, got nothing; check the path.\n`,
  });
});

test('simulate makes a training set of folders, which train takes', async () => {
  const { code, out } = await runMain('simulate', folder, '-o', at('set'), '--json', '-q');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([{ ratio: 4, height: 64, bands: 4 }]);
  const given = ['rescnn', '--data', at('set'), '-o', at('s.safetensors'), ...small];
  const trained = await train(...given, '--base', 'exp', '--steps', '2', '--json', '-q');
  expect({ code: trained.code, err: trained.err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(trained.out)).toMatchObject({ steps: 2, scenes: 1 });
});

test('adapt writes weights for the scene, and refuses what it cannot adapt in one line', async () => {
  const mine = at('mine.safetensors');
  const given = [
    'adapt',
    'rescnn',
    pair.pan,
    pair.ms,
    '-o',
    mine,
    '--weights',
    at('s.safetensors'),
  ];
  const { code, out, err } = await runMain(
    ...given,
    '--minutes',
    '0.02',
    '--patch',
    '16',
    '--batch',
    '2',
    '--json',
    '-q',
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const { before, after } = JSON.parse(out);
  expect(after.q2n).toBeGreaterThan(0.5 * before.q2n);
  const bad = await runMain('adapt', 'gsa', pair.pan, pair.ms, '-o', at('no.safetensors'));
  expect(bad.code).toBe(2);
  expect(bad.err).toMatch(/^adapt: expected a network, got 'gsa'.*\n$/);
});

test('edsr is trained on pictures, and its body serves another scale', async () => {
  const picture = at('picture.png');
  const side = 96;
  const data = Uint8Array.from({ length: 3 * side * side }, (_, i) => 128 + 90 * Math.sin(i / 11));
  await writePng(picture, { width: side, height: side, channels: 3, data });
  const common = ['--data', picture, '--batch', '2', '--steps', '6', '--threads', '1', '--json'];
  const tiny = ['--sizes', 'features=4,blocks=1'];
  const two = at('edsr-x2.safetensors');
  const first = await runMain('train', 'edsr', ...common, ...tiny, '--patch', '32', '-o', two);
  expect({ code: first.code, err: first.code === 0 ? '' : first.err }).toEqual({
    code: 0,
    err: '',
  });
  const four = at('edsr-x4.safetensors');
  const body = ['--ratio', '4', '--from', two, '--patch', '32', '-o', four];
  const second = await runMain('train', 'edsr', ...common, ...tiny, ...body);
  expect(second.code).toBe(0);
  const noted = JSON.parse((await readSafetensors(four)).metadata.get('bandweave')!);
  expect(noted).toMatchObject({ network: 'edsr', ratio: 4, config: { features: 4, scale: 4 } });
  const refused = await runMain(
    'train',
    'edsr',
    ...common,
    '--base',
    'gsa',
    '-o',
    at('no.safetensors'),
  );
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.err).toMatch(/expected plain inputs for super-resolution/);
});
