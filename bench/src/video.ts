/**
 * `npm run bench:video [-- --folder DIR] [--size 256] [--frames 4] [--runs 1] [--threads 0]`: the
 * U-Net of Stable Diffusion 1.4 from a folder, one forward of a clip; seconds and memory. Without a
 * folder one of the right shapes with generated numbers is made below the system's temporary folder.
 */

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { random } from '@bandweave/graph';
import { openModelFolder, openPredictor, vaeFactor } from '@bandweave/video';
import { makeStableDiffusionShapes } from './video/made-model.js';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    size: { type: 'string', default: '256' },
    frames: { type: 'string', default: '4' },
    runs: { type: 'string', default: '1' },
    threads: { type: 'string', default: '0' },
  },
});

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await work();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  // maxRSS is in kilobytes; the session runs in this process.
  const peak = (process.resourceUsage().maxRSS / 1e6).toFixed(2);
  console.log(`| ${what} | ${seconds} s | ${peak} GB |`);
  return result;
}

console.log('| step | time | peak memory so far |\n|---|---|---|');
const folder = values.folder ?? join(tmpdir(), 'bandweave-sd14-shapes');
if (!existsSync(folder)) await timed('make the folder', () => makeStableDiffusionShapes(folder));
const model = await timed('open the folder, check all shapes', () => openModelFolder(folder));
const params = await timed('read the U-Net as float32', () => model.unetParams());

const [size, frames] = [Number(values.size), Number(values.frames)];
const side = size / vaeFactor(model.vae);
const shape = [model.unet.inChannels, frames, side, side];
const tokens = model.text.context;
const predictor = await timed('trace, write, open the session', () =>
  openPredictor(
    { config: model.unet, params },
    { shape, tokens, where: 'here', weights: 'release', threads: Number(values.threads) },
  ),
);
const source = random(1);
const normals = (count: number) => Float32Array.from({ length: count }, () => source.normal());
const latent = normals(shape.reduce((a, b) => a * b));
const text = normals(tokens * model.unet.textWidth);
for (let i = 0; i < Number(values.runs); i++) {
  const [noise] = await timed(`one forward, ${frames} frames of ${size}x${size}`, () =>
    predictor.predict(latent, 501, [text]),
  );
  if (!noise.every(Number.isFinite)) throw new Error('bench: expected finite noise, got other.');
}
await predictor.close();
