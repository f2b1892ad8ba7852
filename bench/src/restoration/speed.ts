/** Seconds an iteration and peak memory of denoising: a small case, and 512 x 512. */

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

/** Octave 7.3, one nearly free core, the original helpers on 48 x 48 at sigma 30. */
const OCTAVE_SECONDS = 12;

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
  const peer =
    side === 48 ? `; Octave ${OCTAVE_SECONDS} s, ${(OCTAVE_SECONDS / each).toFixed(0)} times` : '';
  process.stdout.write(
    `${side} x ${side} ${name}, step ${own.step}: ${each.toFixed(2)} s an iteration, ${all.toFixed(0)} s for ${own.iterations}` +
      ` (${parameters.iterations} run), PSNR ${psnr(noisy, clean, { bits: 8 }).toFixed(2)} to ${psnr(restored, clean, { bits: 8 }).toFixed(2)},` +
      ` peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB${peer}\n`,
  );
}
