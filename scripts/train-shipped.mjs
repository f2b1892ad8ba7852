/**
 * Trains the weights that ship, and their twins that leave a sensor out:
 *
 *   node scripts/train-shipped.mjs KIND [--without SCENE,...] [--steps 240] -o FILE
 *
 * KIND is any (all pairs, for networks that serve any bands and ratio), free (those that are free,
 * most of them MS with a PAN made of it), vhr4 (four bands, ratio 4), ms8 (eight bands, ratio 4) or
 * landsat (blue, green, red, ratio 2). Scenes are folders of ../shared/data, or of
 * BANDWEAVE_SHARED/data. With --without the scenes are measured, whole, by the weights that never
 * saw their sensors. A run that was interrupted goes on where it was.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findNetwork } from '@bandweave/models';
import { readTrainingScenes } from '@bandweave/pipeline/training';
import { metadataOf, parseRecipe, settingsFor, train, writeWeights } from '@bandweave/training';

/** Commercial sample scenes, with what the files do not say: the order of bands, the sensor. */
const VHR = [
  { name: 'quickbird_pair', sensor: 'quickbird' },
  { name: 'ikonos_pair', sensor: 'ikonos' },
  { name: 'geoeye1_pair', sensor: 'geoeye-1' },
  { name: 'pleiades_urban_pair', sensor: 'pleiades' },
  { name: 'spot6_cropland_pair', sensor: 'spot-6', bands: [3, 2, 1, 4] },
  { name: 'vhr4_georef_pair', sensor: 'generic' },
];

/** Of eight bands. */
const VHR8 = [
  { name: 'wv2_pair', sensor: 'worldview-2' },
  { name: 'wv3_georef_pair', sensor: 'worldview-3' },
];

/** Public domain, with a PAN of their own. */
const LANDSAT = [
  // Scene 12 of that folder has its PAN two pixels off; bands 8 to 10 have no detail in common.
  {
    name: 'landsat8_10band_pairs',
    files: ['5_pan.tif', '5_ms.tif'],
    family: 'landsat',
    sensor: 'generic',
    bands: [1, 2, 3, 4, 5, 6, 7],
  },
  { name: 'landsat8_istanbul_georef_pair', family: 'landsat', sensor: 'generic' },
];

/** Free, MS only: PAN is made of the bands. */
const FREE = [
  { name: 'naip_4band', files: ['20090818.tif'], family: 'naip', ratio: 4 },
  { name: 'naip_4band', files: ['20160816.tif'], family: 'naip', ratio: 4 },
  { name: 'sentinel2_chile', files: ['ms10.tif'], family: 'sentinel', ratio: 2 },
  { name: 'sentinel2_osgb', files: ['ms.tif'], family: 'sentinel', ratio: 4 },
  { name: 'sentinel2_T33UUB', files: ['im10.tif'], family: 'sentinel', ratio: 4 },
].map((scene) => ({ ...scene, sensor: 'generic' }));

const KINDS = {
  any: [...VHR, ...VHR8, ...LANDSAT],
  free: [...FREE, ...LANDSAT],
  vhr4: [...VHR, { name: 'wv2_pair', sensor: 'worldview-2', bands: [2, 3, 5, 7] }],
  ms8: VHR8,
  landsat: LANDSAT.map((scene) => (scene.bands ? { ...scene, bands: [2, 3, 4] } : scene)),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', short: 'o' },
    without: { type: 'string' },
    steps: { type: 'string', default: '240' },
    batch: { type: 'string', default: '8' },
    patch: { type: 'string', default: '48' },
    method: { type: 'string', default: 'rescnn' },
    seed: { type: 'string', default: '1' },
    variant: { type: 'string' },
    recipe: { type: 'string', default: '{}' },
    // Another sensor than the scene's, to see what a wrong MTF costs.
    'test-sensor': { type: 'string' },
  },
});
const kind = KINDS[positionals[0]];
if (!kind || !values.output) {
  process.stderr.write(`train-shipped: expected ${Object.keys(KINDS).join(', ')} and -o FILE.\n`);
  process.exit(2);
}
const data = join(process.env['BANDWEAVE_SHARED'] ?? '../shared', 'data');
const read = async (list, sensor) =>
  (
    await Promise.all(
      list.map((scene) =>
        readTrainingScenes(
          scene.files?.map((file) => join(data, scene.name, file)) ?? [join(data, scene.name)],
          {
            sensor: sensor ?? scene.sensor,
            ...(scene.ratio ? { ratio: scene.ratio } : {}),
            ...(scene.bands ? { bands: scene.bands } : {}),
          },
        ),
      ),
    )
  ).flat();
const names = values.without?.split(',') ?? [];
const apart = kind.filter(({ name }) => names.includes(name));
const families = new Set(apart.flatMap(({ family }) => family ?? []));
const scenes = await read(kind.filter((one) => !apart.includes(one) && !families.has(one.family)));
const held = apart.length > 0 ? await read(apart, values['test-sensor']) : undefined;
const network = findNetwork(values.method);
const settings = settingsFor(
  network,
  parseRecipe(
    {
      steps: Number(values.steps),
      batch: Number(values.batch),
      patch: Number(values.patch),
      seed: Number(values.seed),
      threads: 1,
      ...(values.variant ? { variant: values.variant } : {}),
      // A twin is measured on the scene that it leaves out and never chosen by it.
      ...(held ? { keep: 'last' } : {}),
      ...JSON.parse(values.recipe),
    },
    'train-shipped',
  ),
);
// Ended by a signal it keeps what was done, and goes on from there the next time.
const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) {
  process.once(name, () => controller.abort(new Error(`ended by ${name}; run it again to go on`)));
}
const folder = `${values.output}.training`;
const result = await train(network, scenes, {
  settings,
  folder,
  signal: controller.signal,
  resume: existsSync(join(folder, 'checkpoint.safetensors')),
  ...(held ? { validation: held } : {}),
  onMessage: (line) => process.stdout.write(`${line}\n`),
});
await writeWeights(
  values.output,
  result.weights,
  metadataOf(network, result, { settings, scenes }),
);
process.stdout.write(
  `${JSON.stringify({ kind: positionals[0], without: values.without, start: result.start, indices: result.indices, steps: result.keptStep, seconds: Math.round(result.seconds) })}\n`,
);
