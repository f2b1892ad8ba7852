/** All indices of an image at once, with a reference and without. */

import {
  findSensor,
  InputError,
  imresize,
  interp23tap,
  isInterp23Ratio,
  msGainsFor,
  type Raster,
  type Sensor,
} from '@bandweave/image';
import { BandMomentsAccumulator } from './band-moments.js';
import { ccOf } from './cc.js';
import { dLambda } from './d-lambda.js';
import { dLambdaK } from './d-lambda-k.js';
import { dS } from './d-s.js';
import { ergasOf } from './ergas.js';
import { fillInvalid } from './fill-invalid.js';
import { fsds } from './fsds.js';
import { type PeakOption, peakValue } from './peak.js';
import { psnrOf } from './psnr.js';
import { q } from './q.js';
import { type Quantise, q2n } from './q2n.js';
import { qnr } from './qnr.js';
import { rmseOf } from './rmse.js';
import { sam } from './sam.js';
import { scc } from './scc.js';
import { type MaskOption, requireSameShape, validPixels } from './shapes.js';
import { ssim } from './ssim.js';

/** Indices against a reference, by key. */
export interface ReferenceIndices {
  readonly q2n: number;
  readonly sam: number;
  readonly ergas: number;
  readonly scc: number;
  readonly psnr: number;
  readonly ssim: number;
  readonly rmse: number;
  readonly cc: number;
  readonly q: number;
  readonly fsds: number;
}

export interface ReferenceOptions extends MaskOption, PeakOption {
  /** MS pixel size over PAN pixel size. */
  readonly ratio: number;
  /** Blocks of Q2n and window of Q; 32 by default. */
  readonly block?: number;
  readonly quantise?: Quantise;
}

/** Every index of `estimate` against `reference`, both [bands, height, width]. */
export function assessReference(
  estimate: Raster,
  reference: Raster,
  options: ReferenceOptions,
): ReferenceIndices {
  requireSameShape('assess', estimate, reference);
  const { ratio, block = 32, quantise = 'auto' } = options;
  const valid = validPixels([estimate, reference], options.mask);
  const masked = valid === undefined ? {} : { mask: valid };
  const peak = peakValue(reference, options);
  const moments = new BandMomentsAccumulator().add(estimate, reference, masked).moments();
  return {
    q2n: q2n(estimate, reference, { block, quantise, ...masked }),
    sam: sam(estimate, reference, masked),
    ergas: ergasOf(moments, ratio),
    scc: scc(estimate, reference, masked),
    psnr: psnrOf(moments, { peak }),
    ssim: ssim(estimate, reference, { peak, ...masked }),
    rmse: rmseOf(moments),
    cc: ccOf(moments),
    q: q(estimate, reference, { block, ...masked }),
    fsds: fsds(estimate, reference, masked),
  };
}

/** Indices without a reference, by key. */
export interface FullResolutionIndices {
  readonly d_lambda: number;
  readonly d_s: number;
  readonly qnr: number;
  readonly d_lambda_k: number;
  readonly hqnr: number;
}

export interface FullResolutionInputs extends MaskOption {
  /** [1, height, width] like the fused image */
  readonly pan: Raster;
  /** [bands, height/ratio, width/ratio] */
  readonly ms: Raster;
  /** MS enlarged to PAN's grid; by the 23-tap filter where it is not given. */
  readonly expanded?: Raster;
  readonly ratio: number;
  /** For the MTF gains; a generic one by default. */
  readonly sensor?: string | Sensor;
  readonly block?: number;
  readonly quantise?: Quantise;
}

/**
 * D_lambda, D_s, QNR, D_lambda_K and HQNR of a fused image in the toolboxes' convention: enlarged
 * MS as the spectral reference; PAN's low-resolution form is its bicubic reduction enlarged again.
 */
export function assessFullResolution(
  fused: Raster,
  inputs: FullResolutionInputs,
): FullResolutionIndices {
  const { pan, ms, ratio, block = 32, quantise = 'auto', mask } = inputs;
  const sensor = resolveSensor(inputs.sensor);
  const expanded = inputs.expanded ?? enlarge(fillInvalid(ms, validPixels([ms])), fused);
  requireSameShape('assess', fused, expanded);
  if (pan.bands !== 1 || pan.height !== fused.height || pan.width !== fused.width) {
    throw new InputError(
      `assess: expected PAN of shape [1,${fused.height},${fused.width}] like the fused image, ` +
        `got [${pan.bands},${pan.height},${pan.width}].`,
    );
  }
  const valid = validPixels([fused, pan, expanded], mask);
  const masked = valid === undefined ? {} : { mask: valid };
  const spectral = dLambda(fused, expanded, { block, ...masked });
  const reduced = imresize(fillInvalid(pan, valid), { scale: 1 / ratio });
  const panLow = enlarge(reduced, fused);
  const spatial = dS(fused, { pan, ms: expanded, panLow }, { block, ...masked });
  const khan = dLambdaK(fused, expanded, {
    ratio,
    gains: msGainsFor(sensor, fused.bands),
    block,
    quantise: quantise === 'auto' ? quantiseLike(ms) : quantise,
    ...masked,
  });
  return {
    d_lambda: spectral,
    d_s: spatial,
    qnr: qnr({ spectral, spatial }),
    d_lambda_k: khan,
    hqnr: qnr({ spectral: khan, spatial }),
  };
}

function resolveSensor(sensor: string | Sensor = 'generic'): Sensor {
  return typeof sensor === 'string' ? findSensor(sensor) : sensor;
}

/** The 23-tap enlargement where the sizes allow it, else bicubic. */
function enlarge(image: Raster, { height, width }: Raster): Raster {
  const ratio = height / image.height;
  if (ratio === width / image.width && isInterp23Ratio(ratio)) return interp23tap(image, ratio);
  return imresize(image, { height, width });
}

/** The enlarged image is real; whether the toolbox's cast makes sense the MS image tells. */
function quantiseLike({ data }: Raster): Quantise {
  return data instanceof Float32Array || data instanceof Float64Array ? 'none' : 'uint16';
}
