/**
 * Makes the README's picture, docs/images/demo.jpg: PAN, MS and the fused scene side by side, from
 * the made scene alone. Run after a build: node scripts/make-pictures.mjs
 */
import { mkdirSync } from 'node:fs';
import { findMethod, fuseArrays } from '@bandweave/fusion';
import { findSensor } from '@bandweave/image';
import { syntheticScene } from '@bandweave/image/synthetic';
import sharp from 'sharp';

const SCENE = { height: 768, width: 768, seed: 11 };
const CROP = { row: 150, col: 300, side: 420 };
const GAP = 6;

const sensor = findSensor('worldview-3');
const scene = syntheticScene({ ...SCENE, sensor });
const fuse = (name) =>
  fuseArrays(scene, findMethod(name), {
    phase: 'toolbox',
    msGains: sensor.msGains,
    bandWeights: sensor.bandWeights,
  });

/** 1st and 98.5th percentile of one band. */
function range({ data, height, width }, band) {
  const size = height * width;
  const sorted = Float64Array.from(data.subarray(band * size, (band + 1) * size)).sort();
  return [sorted[Math.floor(0.01 * size)], sorted[Math.floor(0.985 * size)]];
}

/** RGB bytes of the crop, each band stretched by its own range, screens' gamma on top. */
function paint({ data, height, width }, bands, ranges) {
  const { row, col, side } = CROP;
  const out = new Uint8ClampedArray(3 * side * side);
  for (let r = 0; r < side; r++) {
    for (let c = 0; c < side; c++) {
      bands.forEach((band, k) => {
        const [low, high] = ranges[k];
        const value = data[(band * height + row + r) * width + col + c];
        out[3 * (r * side + c) + k] = 255 * Math.max(0, (value - low) / (high - low)) ** 0.85;
      });
    }
  }
  return out;
}

const colours = sensor.trueColor.map((band) => range(scene.truth, band));
const gray = [0, 1, 2].map(() => range(scene.pan, 0));
const panels = [
  paint(scene.pan, [0, 0, 0], gray),
  paint(fuse('exp'), sensor.trueColor, colours),
  paint(fuse('mtf-glp-fs'), sensor.trueColor, colours),
];

mkdirSync('docs/images', { recursive: true });
const { side } = CROP;
const raw = { width: side, height: side, channels: 3 };
const file = await sharp({
  create: { width: 3 * side + 2 * GAP, height: side, channels: 3, background: '#fff' },
})
  .composite(
    panels.map((panel, i) => ({
      input: Buffer.from(panel.buffer),
      raw,
      left: i * (side + GAP),
      top: 0,
    })),
  )
  .jpeg({ quality: 86, mozjpeg: true })
  .toFile('docs/images/demo.jpg');
process.stdout.write(`docs/images/demo.jpg: ${file.width}x${file.height}, ${file.size} bytes\n`);
