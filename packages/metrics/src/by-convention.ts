/** All indices of an image at once, by the rules of the package that is asked for. */

import type { Raster } from '@bandweave/image';
import {
  assessFullResolution,
  assessReference,
  type FullResolutionInputs,
  type ReferenceOptions,
} from './assess.js';
import type { Convention } from './convention.js';
import { sewarReference } from './sewar/assess.js';
import { sewarFullResolution } from './sewar/full-resolution.js';
import { torchReference } from './torchmetrics/assess.js';
import { torchFullResolution } from './torchmetrics/full-resolution.js';

/**
 * Indices against a reference by key, so that a figure from elsewhere can be reproduced. Which keys
 * there are depends on what the package has; `indexInfo(key, convention)` says what each means.
 */
export function referenceIndices(
  estimate: Raster,
  reference: Raster,
  { convention = 'toolbox', ...options }: ReferenceOptions & { readonly convention?: Convention },
): Record<string, number> {
  if (convention === 'sewar') return sewarReference(estimate, reference, options);
  if (convention === 'torchmetrics') return torchReference(estimate, reference, options);
  return { ...assessReference(estimate, reference, options) };
}

/** Indices without a reference by key, in a package's convention. */
export function fullResolutionIndices(
  fused: Raster,
  {
    convention = 'toolbox',
    ...inputs
  }: FullResolutionInputs & { readonly convention?: Convention },
): Record<string, number> {
  if (convention === 'sewar') return sewarFullResolution(fused, inputs);
  if (convention === 'torchmetrics') return torchFullResolution(fused, inputs);
  return { ...assessFullResolution(fused, inputs) };
}
