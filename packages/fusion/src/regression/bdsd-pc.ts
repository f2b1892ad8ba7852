/** BDSD-PC: band-dependent spatial detail with physical constraints (Vivone 2019). */

import type { FusionMethod } from '../method.js';
import {
  addDetail,
  applyModel,
  boundedModel,
  detailSize,
  normalEquations,
} from './detail-model.js';
import {
  reducedExpMargin,
  reducedMsMargin,
  reducedPair,
  reducedPanMargin,
} from './reduced-pair.js';

export interface DetailModel {
  /** [bands, bands + 1], PAN last. */
  readonly model: readonly number[];
}

/**
 * out_k = exp_k + sum_j a_kj exp_j + b_k PAN with a <= 0 and b >= 0, by least squares one scale
 * down, where what a band lacks is known.
 */
export const bdsdPc: FusionMethod<DetailModel> = {
  name: 'bdsd-pc',
  title: 'Band-dependent detail, constrained',
  source: 'Vivone 2019',
  panMargin: reducedPanMargin,
  panBorder: 'replicate',
  expMargin: reducedExpMargin,
  msMargin: reducedMsMargin,
  statistics: {
    size: ({ bands }) => detailSize(bands),
    add: (window, scene, sums) => addDetail(sums, 0, reducedPair(window, scene)),
    solve: (sums, { bands }) => ({ model: boundedModel(normalEquations(sums, 0, bands)) }),
  },
  fuse: (window, _scene, { model }, out) => applyModel(window, model, out),
};
