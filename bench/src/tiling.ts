/**
 * `npm run bench:tiling -- --weights SSDIFF.safetensors [--scene quickbird_pair] [--side 128]
 * [--steps 2]`: the authors' tiling of SSDiff (a patch every 16 pixels, each with noise of its own)
 * beside our blended windows (every 32, noise of the scene) on a reduced scene: indices and seconds.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ergas, q2n, sam } from '@bandweave/metrics';
import { mergePatches, type NetworkWindow, openFusionNetwork, sceneNoise } from '@bandweave/models';
import { readTrainingScenes } from '@bandweave/pipeline/training';
import { drawVariation, NO_AUGMENTATION, renderScene } from '@bandweave/training';

const { values } = parseArgs({
  options: {
    weights: { type: 'string' },
    scene: { type: 'string', default: 'quickbird_pair' },
    side: { type: 'string', default: '128' },
    steps: { type: 'string', default: '2' },
  },
});
if (values.weights === undefined) {
  process.stderr.write('tiling: expected --weights FILE of ssdiff, got none.\n');
  process.exit(2);
}
const PATCH = 64;
const side = Number(values.side);
const network = await openFusionNetwork('ssdiff', values.weights, { threads: 1 });
const { ratio, msBands } = network.facts;
const data = join(process.env['BANDWEAVE_SHARED'] ?? '../shared', 'data');
const [scene] = await readTrainingScenes([join(data, values.scene)]);
const still = { uniform: () => 0, normal: () => 0 };
const whole = renderScene(
  scene,
  drawVariation(NO_AUGMENTATION, scene.gains, still),
  network.preparation,
);
const plan = network.sampling!.plan({ sampler: 'ddim', steps: Number(values.steps) });

interface Plane {
  readonly bands: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

function cut(
  { bands, width, height, data: from }: Plane,
  row: number,
  col: number,
  length: number,
) {
  const out = new Float32Array(bands * length * length);
  for (let b = 0, o = 0; b < bands; b++) {
    for (let y = row; y < row + length; y++, o += length) {
      const at = (b * height + y) * width + col;
      out.set(from.subarray(at, at + length), o);
    }
  }
  return out;
}

let evaluated = 0;
/** A patch by the whole sampler, its noise that of a seed and a place. */
function sharpen(row: number, col: number, seed: number): Promise<Float32Array> {
  evaluated += 1;
  const window: NetworkWindow = {
    pan: cut(whole.pan, row, col, PATCH),
    ms: cut(whole.ms, row / ratio, col / ratio, PATCH / ratio),
    lms: () => cut(whole.lms, row, col, PATCH),
    height: PATCH,
    width: PATCH,
  };
  const place = { bands: msBands, row, col, height: PATCH, width: PATCH };
  const noise = (step: number) => sceneNoise({ seed, sample: 0, step }, place);
  return network.run(window, { sampling: { plan, noise } });
}

/** Windows every half patch, weighted by a ramp, as the pipeline blends them. */
async function blended(): Promise<Float32Array> {
  const sums = new Float32Array(msBands * side * side);
  const shares = new Float32Array(side * side);
  const starts = Array.from({ length: (2 * side) / PATCH - 1 }, (_, i) => (i * PATCH) / 2);
  const ramp = (start: number, i: number) => {
    const before = start > 0 ? i + 0.5 : PATCH / 2;
    const after = start + PATCH < side ? PATCH - i - 0.5 : PATCH / 2;
    return Math.min(before, after, PATCH / 2);
  };
  for (const row of starts) {
    for (const col of starts) {
      const values = await sharpen(row, col, 1);
      for (let y = 0; y < PATCH; y++) {
        for (let x = 0; x < PATCH; x++) {
          const share = ramp(row, y) * ramp(col, x);
          const to = (row + y) * side + col + x;
          shares[to] += share;
          for (let b = 0; b < msBands; b++) {
            sums[b * side * side + to] += share * values[(b * PATCH + y) * PATCH + x];
          }
        }
      }
    }
  }
  return sums.map((v, i) => v / shares[i % (side * side)]);
}

const reference = cut(whole.target, 0, 0, side);
const counts = (values: Float32Array) => {
  const size = side * side;
  const out = Float64Array.from(values, (v, i) => {
    const band = Math.floor(i / size);
    return v * whole.scales[band] + whole.offsets[band];
  });
  return { bands: msBands, height: side, width: side, data: out };
};
const truth = counts(reference);
process.stdout.write(
  '| tiling | patches | seconds | Q2n | SAM | ERGAS |\n|---|---|---|---|---|---|\n',
);
const say = async (name: string, make: () => Promise<Float32Array>) => {
  evaluated = 0;
  const from = performance.now();
  const image = counts(await make());
  const seconds = (performance.now() - from) / 1000;
  const indices = [
    q2n(image, truth, { quantise: 'none' }).toFixed(4),
    sam(image, truth).toFixed(3),
    ergas(image, truth, { ratio }).toFixed(3),
  ];
  process.stdout.write(
    `| ${name} | ${evaluated} | ${seconds.toFixed(1)} | ${indices.join(' | ')} |\n`,
  );
};
await sharpen(0, 0, 1);
await say('blended windows', blended);
await say("the authors'", () => {
  let own = 100;
  const image = { bands: msBands, height: side, width: side, patch: PATCH };
  return mergePatches(image, ({ row, col }) => sharpen(row, col, own++));
});
await network.close();
process.exit(0);
