/** Parity of the indices in the conventions of other packages: `sewar_conventions__*` and the like. */

import type { Raster } from '@bandweave/image';
import { CONVENTIONS, fullResolutionIndices, msSsim, referenceIndices } from '@bandweave/metrics';
import { type ParityCase, type Verdict, worse } from '../case.js';
import { need, type Tensor, toRaster } from '../tensors.js';
import { fusedImage, loadScene } from './metrics-tables.js';

/** The case's names for our keys; a peak stands behind some: ssim_max2047. */
const KEYS: Readonly<Record<string, string>> = {
  uqi: 'q',
  vifp: 'vif',
  msssim: 'ms_ssim',
  sam_radians: 'sam',
};

/** Every image that is stored, against the reference and against the pair. */
export function runPackageIndices(
  parityCase: ParityCase,
  _tensors: ReadonlyMap<string, Tensor>,
): Verdict {
  const { json } = parityCase;
  const convention = CONVENTIONS.find((name) => parityCase.name.startsWith(name));
  if (!convention) throw new Error(`expected a case of a known package, got ${parityCase.name}`);
  const relative: unknown = json.tolerance?.rel;
  if (typeof relative !== 'number') throw new Error('expected tolerance.rel in case.json');
  const scene = loadScene(parityCase);
  const reference = toRaster(need(scene.tensors, 'MS_full'));
  const pan = toRaster(need(scene.tensors, 'PAN'));
  const ms = toRaster(need(scene.tensors, 'MS_LR'));
  const verdicts: Verdict[] = [];
  for (const [method, expected] of Object.entries<Record<string, number>>(json.expected)) {
    const fused = fusedImage(scene, method);
    if (!fused) throw new Error(`expected a stored image of ${method}`);
    const full = fullResolutionIndices(fused, { pan, ms, ratio: scene.ratio, convention });
    for (const [name, value] of Object.entries(expected)) {
      const [, plain, ratio, peak] = /^(.+?)(?:_r(\d+))?(?:_max(\d+))?$/.exec(name)!;
      const key = KEYS[plain] ?? plain;
      const indices = referenceIndices(fused, reference, {
        ratio: Number(ratio ?? scene.ratio),
        ...(peak ? { peak: Number(peak) } : { bits: scene.bits }),
        convention,
      });
      const whole = key === 'mse' ? indices.rmse ** 2 : (indices[key] ?? full[key]);
      const got = key === 'ms_ssim' ? colourMsSsim(fused, reference, Number(peak)) : whole;
      if (got === undefined) throw new Error(`expected known indices, got ${name}`);
      const error = Math.abs(got - value) / Math.abs(value);
      verdicts.push({ error, tolerance: relative, note: `${method} ${name}` });
    }
  }
  return verdicts.reduce(worse);
}

/** Side of MS-SSIM's window. */
const WINDOW = 11;
/** Scales for which the package has weights. */
const SCALES = 5;

/**
 * Stored MS-SSIM was called as for a colour picture: on the first three bands, and with the weights
 * of those scales on which the window still fits the image.
 */
function colourMsSsim(estimate: Raster, reference: Raster, peak: number): number {
  let side = Math.min(reference.height, reference.width);
  let scales = 1;
  while (scales < SCALES && Math.ceil(side / 2) >= WINDOW) {
    side = Math.ceil(side / 2);
    scales++;
  }
  const colours = (image: Raster): Raster => {
    const bands = Math.min(3, image.bands);
    return { ...image, bands, data: image.data.subarray(0, bands * image.height * image.width) };
  };
  return msSsim(colours(estimate), colours(reference), { peak, scales });
}
