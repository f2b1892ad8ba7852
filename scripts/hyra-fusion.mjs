/**
 * HyRA of fusion methods on real pairs, as a Markdown table and one SVG of curves:
 *
 *   node scripts/hyra-fusion.mjs [-o FOLDER]
 *
 * Pairs and published weights lie in ../shared, or where BANDWEAVE_SHARED says. Figures only: no
 * pixel of the pairs is written.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { analysePair, classicalFunction, networkFunction } from '@bandweave/analysis';
import { openRaster } from '@bandweave/io';
import { shippedWeights } from '@bandweave/models/shipped-weights';
import { analysisChart, standaloneSvg } from '@bandweave/report';

const { values } = parseArgs({ options: { output: { type: 'string', short: 'o', default: '.' } } });
const shared = process.env['BANDWEAVE_SHARED'] ?? '../shared';
const published = (name) => join(shared, 'parity', name, 'weights.safetensors');

const PAIRS = [
  {
    folder: 'quickbird_pair',
    classical: [
      'exp',
      'hpf',
      'atwt',
      'mtf-glp',
      'mtf-glp-fs',
      'gsa',
      'bdsd',
      'brovey',
      'sfim',
      'mtf-glp-hpm',
    ],
    networks: {
      pnn: published('pretrained/pnn_qb'),
      pannet: published('pretrained/pannet_qb'),
      fusionnet: published('pretrained/fusionnet_qb'),
      rescnn: shippedWeights('rescnn', { msBands: 4, ratio: 4 }).path,
    },
  },
  {
    folder: 'wv2_pair',
    classical: ['mtf-glp-fs'],
    networks: {
      pnn: published('pretrained/pnn_wv3'),
      pannet: published('pretrained/pannet_wv3'),
      fusionnet: published('pretrained/fusionnet_wv3'),
      cannet: published('cannet/wv3_published_64'),
      fusionmamba: published('fusionmamba/wv3_420_64'),
    },
  },
];

/** MS pixels of the part in the middle, and of the probe. */
const PART = 32;
const SIDE = 16;

async function readMiddle(path, part) {
  const source = await openRaster(path);
  const { height, width } = source.info;
  const at = {
    row: Math.floor((height - part) / 2 / 4) * 4,
    col: Math.floor((width - part) / 2 / 4) * 4,
  };
  const raster = await source.read({ ...at, height: part, width: part });
  await source.close();
  return { at, raster: { ...raster, data: Float64Array.from(raster.data) } };
}

async function readPair(folder) {
  const ms = await readMiddle(join(shared, 'data', folder, 'ms.tif'), PART);
  const source = await openRaster(join(shared, 'data', folder, 'pan.tif'));
  const side = 4 * PART;
  const { data } = await source.read({
    row: 4 * ms.at.row,
    col: 4 * ms.at.col,
    height: side,
    width: side,
  });
  await source.close();
  const pan = { bands: 1, height: side, width: side, data: Float64Array.from(data) };
  return { pan, ms: ms.raster };
}

const charts = [];
console.log(
  '| pair | method | low: PAN | MS | rest | high: PAN | MS | rest | residual | PAN gain |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|');
for (const { folder, classical, networks } of PAIRS) {
  const pair = await readPair(folder);
  const run = async (name, fuse) => {
    const { bands, residualShare, rings, panGain } = await analysePair(fuse, pair, { side: SIDE });
    const mean = (pick) => bands.reduce((sum, band) => sum + pick(band), 0) / bands.length;
    const percent = (share) => (100 * share).toFixed(1);
    const root = Math.sqrt(residualShare.reduce((sum, v) => sum + v * v, 0) / residualShare.length);
    const gain = panGain.reduce((a, b) => a + b, 0) / panGain.length;
    const cells = ['low', 'high'].flatMap((half) =>
      ['pan', 'ms', 'residual'].map((part) => percent(mean((band) => band[half][part]))),
    );
    console.log(
      `| ${folder} | ${name} | ${cells.join(' | ')} | ${percent(root)} | ${gain.toFixed(3)} |`,
    );
    charts.push({ title: `${name}, ${folder}`, rings });
  };
  for (const name of classical) {
    await run(name, classicalFunction(name, pair, { phase: 'toolbox' }));
  }
  for (const [name, path] of Object.entries(networks)) {
    try {
      const network = await networkFunction({ name, path }, pair, { threads: 1 });
      await run(name, network.fuse);
      await network.close();
    } catch (error) {
      console.log(`| ${folder} | ${name} | ${error.message} |`);
    }
  }
}

const COLUMNS = 4;
const cells = charts.map(({ title, rings }, i) => {
  const chart = analysisChart({
    title,
    x: rings.map(({ frequency }) => frequency),
    xLabel: title,
    yLow: -0.25,
    curves: ['pan', 'ms', 'residual'].map((part) => ({
      name: part,
      values: rings.map((ring) => Math.min(1.25, Math.max(-0.25, ring[part]))),
    })),
  });
  const place = `x="${(i % COLUMNS) * 430}" y="${Math.floor(i / COLUMNS) * 260}" width="420" height="250"`;
  return chart.replace('<svg class="chart"', `<svg ${place}`);
});
const [wide, tall] = [COLUMNS * 430, Math.ceil(charts.length / COLUMNS) * 260];
const page = `<svg class="chart" viewBox="0 0 ${wide} ${tall}" xmlns="http://www.w3.org/2000/svg">${cells.join('')}</svg>`;
await writeFile(join(values.output, 'hyra-fusion.svg'), standaloneSvg(page));
