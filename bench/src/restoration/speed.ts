/** Seconds an iteration and peak memory of denoising: a small case, and 512 x 512. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSensor, type Raster } from '@bandweave/image';
import { syntheticScene } from '@bandweave/image/synthetic';
import { psnr } from '@bandweave/metrics';
import {
  type DenoiseParameters,
  denoiseOn,
  fastParameters,
  type PassPool,
  publishedParameters,
} from '@bandweave/restoration';
import { withNoise } from './pictures.js';

/**
 * Octave 7.3, one nearly free core, the original helpers with their quaternion classes on 48 x 48
 * at sigma 30, as it was once measured; the peer that runs here has no classes and is faster.
 */
const OCTAVE_SECONDS = 12;
const PEER = new URL('../../peers/qwsnm_peer.m', import.meta.url).pathname;
const PEER_ITERATIONS = 2;

/** Seconds of an iteration of the peer in Octave on the same picture, if there is Octave. */
function octaveSeconds(noisy: Raster<Float64Array>): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bandweave-peer-'));
  try {
    const file = join(folder, 'noisy.f64');
    writeFileSync(file, new Uint8Array(noisy.data.buffer));
    const args = ['--quiet', PEER, file, noisy.width, SIGMA, PEER_ITERATIONS].map(String);
    const ran = spawnSync('octave-cli', args, { encoding: 'utf8' });
    if (ran.status !== 0) return undefined;
    const seconds = ran.stdout.trim().split('\n').map(Number);
    return seconds.reduce((a, b) => a + b) / seconds.length;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SIGMA = 30;

/** Red, green, blue of a made scene, 0..255. */
export function madePicture(side: number): Raster<Float64Array> {
  const sensor = findSensor('worldview-3');
  const around = Math.ceil(side / 64) * 64;
  const { truth } = syntheticScene({
    height: around,
    width: around,
    sensor,
    seed: 3,
    pixelSize: 0.31,
  });
  const data = new Float64Array(3 * side * side);
  sensor.trueColor.forEach((band, k) => {
    const plane = truth.data.subarray(band * around * around, (band + 1) * around * around);
    const sorted = Float64Array.from(plane).sort();
    const most = sorted[Math.floor(0.995 * sorted.length)];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const value = (255 * plane[y * around + x]) / most;
        data[(k * side + y) * side + x] = Math.min(255, value);
      }
    }
  });
  return { bands: 3, height: side, width: side, data };
}

/** Prints one line. */
export async function timeDenoising(
  pool: PassPool,
  {
    side,
    name,
    iterations,
  }: { readonly side: number; readonly name: 'released' | 'fast'; readonly iterations?: number },
): Promise<void> {
  const own: DenoiseParameters =
    name === 'fast' ? fastParameters(SIGMA) : publishedParameters('qwsnm', SIGMA);
  const parameters = { ...own, iterations: iterations ?? own.iterations };
  const clean = madePicture(side);
  const noisy = withNoise(clean, SIGMA, 11);
  const marks = [performance.now()];
  const restored = await denoiseOn({ pool }, noisy, {
    sigma: SIGMA,
    parameters,
    onIteration: () => marks.push(performance.now()),
  });
  const seconds = (marks.at(-1)! - marks[0]) / 1000;
  const each = seconds / parameters.iterations;
  const all = each * own.iterations;
  const here = side === 48 ? octaveSeconds(noisy) : undefined;
  const times = (peer: number) => `${peer.toFixed(1)} s, ${(peer / each).toFixed(0)} times`;
  const peer =
    side === 48
      ? `; original in Octave ${times(OCTAVE_SECONDS)}; peer without classes ` +
        (here === undefined ? 'not run, no octave-cli' : `in this run ${times(here)}`)
      : '';
  process.stdout.write(
    `${side} x ${side} ${name}, step ${own.step}: ${each.toFixed(2)} s an iteration, ${all.toFixed(0)} s for ${own.iterations}` +
      ` (${parameters.iterations} run), PSNR ${psnr(noisy, clean, { bits: 8 }).toFixed(2)} to ${psnr(restored, clean, { bits: 8 }).toFixed(2)},` +
      ` peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB${peer}\n`,
  );
}
