/**
 * The pairs that the published weights of PNN, PanNet and FusionNet were trained on: MS reduced and
 * enlarged by bicubic kernels that keep centres in place, unlike the toolboxes' pairs, whose
 * samples lie half a pixel further (measured on the training sample that the authors show).
 */

import { resize, type Tensor } from '@bandweave/graph';

/** PAN position of the centre of MS pixel 0 in such pairs. */
export const centredPhase = (ratio: number): number => (ratio - 1) / 2;

/** What an enlarged pixel sees on each side, in PAN pixels. */
export const centredReach = (ratio: number): number => 2 * ratio;

/** [b, c, h, w] to [b, c, h·ratio, w·ratio] by Keys' cubic (a = -0.5), renormalised at borders. */
export function enlargeCentred(ms: Tensor, { ratio }: { readonly ratio: number }): Tensor {
  const [, , height, width] = ms.shape;
  const size = [height * ratio, width * ratio] as const;
  return resize(ms, { size, mode: 'bicubic', antialias: true });
}
