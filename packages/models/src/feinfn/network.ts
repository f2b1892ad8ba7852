/**
 * FeINFN: an implicit function in space and one in frequency, joined by a decoder. Liang et al.
 * 2024, Fourier-enhanced Implicit Neural Fusion Network for Multispectral and Hyperspectral Image
 * Fusion.
 */

import {
  add,
  concat,
  constant,
  conv2d,
  GraphError,
  type Params,
  type StateDict,
  showShape,
  type Tensor,
} from '@bandweave/graph';
import type { FeInfnConfig } from './config.js';
import { type DecoderActivation, decoder } from './decoder.js';
import { encoder } from './encoder.js';
import { blendedSpectrum, fromPolar, type Polar } from './frequency.js';
import { implicitFunction } from './implicit.js';
import { neighbours, rowBlocks } from './neighbours.js';
import { positionTerm } from './position.js';

export interface FeInfnInputs {
  /** The sharp guide [b, panBands, H, W] */
  readonly pan: Tensor;
  /** The cube [b, msBands, h, w] */
  readonly ms: Tensor;
  /** The cube enlarged to the guide's size [b, msBands, H, W] */
  readonly lms: Tensor;
}

export interface FeInfnOptions {
  /** 'none' leaves the frequency branch out: the decoder then sees the spatial features twice. */
  readonly frequency?: 'fourier' | 'none';
  readonly activation?: DecoderActivation;
}

/** What the paper's figures look at besides the output. */
export interface FeInfnTrace {
  /** [b, msBands, H, W], not clamped. */
  readonly output: Tensor;
  readonly spectralFeatures: Tensor;
  readonly spatialFeatures: Tensor;
  readonly spatial: Tensor;
  readonly frequency: Tensor;
  readonly spectrum?: Polar;
}

/** The sharpened cube [b, msBands, H, W] at any ratio, also one that is not whole; not clamped. */
export function feInfn(
  config: FeInfnConfig,
  params: Params,
  inputs: FeInfnInputs,
  options: FeInfnOptions = {},
): Tensor {
  return feInfnTrace(config, params, inputs, options).output;
}

/** The network with its inner features. */
export function feInfnTrace(
  config: FeInfnConfig,
  params: Params,
  inputs: FeInfnInputs,
  { frequency = 'fourier', activation = 'gabor' }: FeInfnOptions = {},
): FeInfnTrace {
  checkInputs(config, inputs);
  const { pan, ms, lms } = inputs;
  const { width, guideWidth, hidden, answers, msBands } = config;
  const [, , height, across] = pan.shape;
  const guide = encoder(params.scope('spatial_encoder'), concat([pan, lms], { axis: 1 }), {
    width: guideWidth,
    blocks: config.spatialBlocks,
  });
  const cube = encoder(params.scope('spectral_encoder'), ms, {
    width,
    blocks: config.spectralBlocks,
  });
  const around = neighbours({ coarse: [ms.shape[2], ms.shape[3]], fine: [height, across] });
  const blocks = rowBlocks(height, Math.max(...hidden, width) * across);
  const [w, both] = [width, width + guideWidth];
  const spatial = implicitFunction(
    params.scope('imnet'),
    { cells: concat([cube, highPass(cube)], { axis: 1 }), guide },
    {
      hidden,
      answers,
      neighbours: around,
      blocks,
      position: positionTerm(height, across),
      columns: {
        cell: [
          [0, w],
          [both, both + w],
        ],
        guide: [w, both],
        place: [both + w, both + w + 2],
      },
    },
  );
  const spectrum =
    frequency === 'none'
      ? undefined
      : blendedSpectrum(
          params.scope('freq_query'),
          { cells: cube, guide },
          { hidden, answers, neighbours: around, blocks },
        );
  const query = spectrum ? fromPolar(spectrum) : spatial;
  const detail = decoder(
    params.scope('decoder'),
    { spatial, frequency: query },
    { bands: msBands, width: config.decoderWidth, activation, blocks },
  );
  return {
    output: add(lms, detail),
    spectralFeatures: cube,
    spatialFeatures: guide,
    spatial,
    frequency: query,
    ...(spectrum ? { spectrum } : {}),
  };
}

/** Each plane with the fixed kernel [[0,-1,0],[-1,1,-1],[0,-1,0]], zeros around. */
function highPass(x: Tensor): Tensor {
  const channels = x.shape[1];
  const kernel = Array.from({ length: channels }, () => [0, -1, 0, -1, 1, -1, 0, -1, 0]).flat();
  return conv2d(x, constant(kernel, [channels, 1, 3, 3]), { padding: 1, groups: channels });
}

/** Without what published files hold besides: fixed tables and mean shifts that nothing uses. */
export function withoutTables(weights: StateDict): StateDict {
  const kept = [...weights].filter(
    ([name]) => !/(^|\.)(sub_mean|add_mean|pe|hp)\.[a-z]+$/.test(name),
  );
  return new Map(kept);
}

function checkInputs({ msBands, panBands }: FeInfnConfig, { pan, ms, lms }: FeInfnInputs): void {
  const [b, , height, width] = pan.shape;
  const fits =
    pan.shape[1] === panBands &&
    ms.shape[0] === b &&
    ms.shape[1] === msBands &&
    showShape(lms.shape) === showShape([b, msBands, height, width]);
  if (fits) return;
  throw new GraphError(
    `feInfn: expected pan [b,${panBands},H,W], ms [b,${msBands},h,w] and lms [b,${msBands},H,W], got ${showShape(pan.shape)}, ${showShape(ms.shape)} and ${showShape(lms.shape)}.`,
  );
}
