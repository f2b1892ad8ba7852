/** Quality indices of a fused image, with a reference or without. */

import type { RasterInput } from '../fuse-options.js';
import { stackSources } from '../stack.js';
import { listOf, withRasters } from '../with-rasters.js';
import { againstPair } from './against-pair.js';
import { againstReference } from './against-reference.js';
import type { AssessAgainst, AssessOptions, AssessResult } from './assess-options.js';

/**
 * Indices of a fused image by key, in the toolboxes' conventions. Against a reference: q2n, sam
 * (degrees), ergas, scc, psnr, ssim, rmse, cc, q. Against the pair: d_lambda, d_s, qnr,
 * d_lambda_k, hqnr; MS is enlarged where its georeference puts it. Pixels that hold no data in
 * any of the images do not count. Images too large for memory are taken window by window, and
 * indices that are no plain sums are then means over windows.
 *
 * @throws InputError where sizes or bands differ, or no pixel is valid in all
 */
export async function assess(
  fused: RasterInput,
  against: AssessAgainst,
  options: AssessOptions = {},
): Promise<AssessResult> {
  if ('reference' in against) {
    return withRasters([fused, against.reference], ([image, reference]) =>
      againstReference(image!, reference!, options),
    );
  }
  return withRasters([fused, against.pan, ...listOf(against.ms)], ([image, pan, ...ms]) =>
    againstPair(image!, { pan: pan!, ms: stackSources(ms) }, options),
  );
}
