/** Sizes of FeINFN, as the paper states them or as weights tell them. */

import type { StateDict } from '@bandweave/graph';
import { shapeReader } from '../shape-reader.js';

export interface FeInfnConfig {
  /** Bands of the cube. */
  readonly msBands: number;
  /** Bands of the sharp guide: 3 for a colour picture. */
  readonly panBands: number;
  /** Features of the cube and of the guide. */
  readonly width: number;
  readonly guideWidth: number;
  /** Residual blocks of the two encoders. */
  readonly spatialBlocks: number;
  readonly spectralBlocks: number;
  /** Hidden widths of the implicit functions. */
  readonly hidden: readonly number[];
  /** Channels of a neighbour's answer, the last of which is its logit. */
  readonly answers: number;
  /** Hidden width of the decoder. */
  readonly decoderWidth: number;
}

/** The published network for these bands: 3.16 M parameters for 31 and 3. */
export function feInfnConfig(options: {
  readonly msBands: number;
  readonly panBands: number;
  readonly width?: number;
  readonly blocks?: number;
  readonly hidden?: readonly number[];
  readonly decoderWidth?: number;
}): FeInfnConfig {
  const { msBands, panBands, width = 128, blocks = 4, hidden = [256, 128] } = options;
  const { decoderWidth = 128 } = options;
  return {
    msBands,
    panBands,
    width,
    guideWidth: width,
    spatialBlocks: blocks,
    spectralBlocks: blocks,
    hidden,
    answers: msBands + 2,
    decoderWidth,
  };
}

/** @throws GraphError where they are weights of another network */
export function feInfnConfigFrom(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): FeInfnConfig {
  const shapeOf = shapeReader(weights, { file, network: 'FeINFN' });
  const [guideWidth, both] = shapeOf('spatial_encoder.head.0.weight');
  const [width, msBands] = shapeOf('spectral_encoder.head.0.weight');
  const blocksOf = (encoder: string) => {
    let blocks = 0;
    while (weights.has(`${encoder}.body.${blocks}.body.0.weight`)) blocks += 1;
    return blocks;
  };
  const sides: number[] = [];
  while (weights.has(`imnet.layers.${2 * sides.length}.weight`)) {
    sides.push(shapeOf(`imnet.layers.${2 * sides.length}.weight`)[0]);
  }
  return {
    msBands,
    panBands: both - msBands,
    width,
    guideWidth,
    spatialBlocks: blocksOf('spatial_encoder'),
    spectralBlocks: blocksOf('spectral_encoder'),
    hidden: sides.slice(0, -1),
    answers: sides[sides.length - 1] ?? msBands + 2,
    decoderWidth: shapeOf('decoder.last_layer.weight')[1],
  };
}
