/**
 * Trains the enlargers that ship, on free pictures only:
 *
 *   node scripts/train-upscalers.mjs METHOD SCALE [--body FILE] [--recipe JSON] -o FILE
 *
 * METHOD is edsr or swinir, SCALE 2, 3 or 4; --body takes over what another scale's weights share.
 * Pictures lie in ../shared/data, or in BANDWEAVE_SHARED/data. Run again, it goes on where it was.
 * Kodak's pictures 3, 19 and 23 are left for the tables of docs/results.md.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadStateDict } from '@bandweave/graph';
import { openRaster } from '@bandweave/io';
import { findSuperResolver } from '@bandweave/models';
import {
  metadataOf,
  parseRecipe,
  pictureScene,
  settingsFor,
  train,
  writeWeights,
} from '@bandweave/training';

const KODAK = 'Kodak: released for unrestricted use';
const COPERNICUS = 'Copernicus Sentinel data, free and open';

/** Red, green, blue by 1-based bands. */
const PICTURES = [
  { file: 'color_kodak/kodim01.png', rights: KODAK },
  { file: 'color_kodak/kodim05.png', rights: KODAK },
  { file: 'color_kodak/kodim08.png', rights: KODAK },
  { file: 'color_kodak/kodim13.png', rights: KODAK },
  { file: 'naip_4band/20090818.tif', rights: 'USDA NAIP: public domain' },
  { file: 'naip_4band/20160816.tif', rights: 'USDA NAIP: public domain' },
  { file: 'sentinel2_T33UUB/im10.tif', rights: COPERNICUS },
  { file: 'sentinel2_osgb/ms.tif', bands: [3, 2, 1], rights: COPERNICUS },
];

const RECIPE = {
  lr: 1e-3,
  schedule: { kind: 'cosine', min: 1e-6 },
  batch: 8,
  clip: 1,
  ema: 0.995,
  holdBack: 0.1,
  seed: 1,
  threads: 1,
};

/** Small enough to ship at all scales, and to run in a page. */
const SIZES = {
  edsr: { features: 32, blocks: 8 },
  swinir: { embed: 36, groups: 2, blocks: 4, heads: 3, window: 8 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', short: 'o' },
    body: { type: 'string' },
    recipe: { type: 'string', default: '{}' },
  },
});
const [method, scale] = positionals;
const network = findSuperResolver(method);
const ratio = Number(scale);
if (!network || !SIZES[method] || ![2, 3, 4].includes(ratio) || !values.output) {
  process.stderr.write('train-upscalers: expected edsr or swinir, 2, 3 or 4, and -o FILE.\n');
  process.exit(2);
}

const data = join(process.env['BANDWEAVE_SHARED'] ?? '../shared', 'data');

/** Eight bits as they are; counts as one looks at them, from their darkest to their brightest percent. */
async function readPicture({ file, bands = [1, 2, 3], rights }) {
  const source = await openRaster(join(data, file));
  const { height, width, dataType } = source.info;
  const picture = await source.read(
    { row: 0, col: 0, height, width },
    { bands: bands.map((band) => band - 1) },
  );
  await source.close();
  const samples = Float32Array.from(picture.data);
  if (dataType !== 'uint8') {
    const sorted = samples.toSorted();
    const low = sorted[Math.floor(0.01 * sorted.length)];
    const high = sorted[Math.floor(0.99 * sorted.length)];
    for (let i = 0; i < samples.length; i++) {
      samples[i] = 255 * Math.min(1, Math.max(0, (samples[i] - low) / (high - low)));
    }
  }
  const { mask: _, ...head } = picture;
  return pictureScene({
    name: file,
    picture: { ...head, data: samples },
    ratio,
    scale: 255,
    rights,
  });
}

const scenes = await Promise.all(PICTURES.map(readPicture));
const settings = settingsFor(
  network,
  parseRecipe(
    { ...RECIPE, patch: 32 * ratio, sizes: SIZES[method], ...JSON.parse(values.recipe) },
    'train-upscalers',
  ),
);
const folder = `${values.output}.training`;
const result = await train(network, scenes, {
  settings,
  folder,
  resume: existsSync(join(folder, 'checkpoint.safetensors')),
  ...(values.body ? { body: (await loadStateDict(values.body)).tensors } : {}),
  onMessage: (line) => process.stdout.write(`${line}\n`),
});
await writeWeights(values.output, result.weights, {
  ...metadataOf(network, result, { settings, scenes }),
  precision: 'F16',
});
const { start, indices, keptStep, seconds, parameters } = result;
process.stdout.write(
  `${JSON.stringify({ method, ratio, start, indices, parameters, steps: keptStep, seconds: Math.round(seconds) })}\n`,
);
