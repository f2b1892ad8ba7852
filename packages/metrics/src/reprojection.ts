/**
 * Indices of the fused image brought back to the MS image itself (Scarpa and Ciotola 2022):
 * filtered with normalised MTF kernels and decimated at the phase at which MS really was sampled.
 */

import { InputError, type MtfKernel, mtfDecimate, mtfKernel, type Raster } from '@bandweave/image';
import { ergas } from './ergas.js';
import { fillInvalid } from './fill-invalid.js';
import type { IndexInfo } from './index-info.js';
import { meanLocalCorrelation } from './local-correlation.js';
import { type Quantise, q2n } from './q2n.js';
import { sam } from './sam.js';
import { validPixels } from './shapes.js';

const info = (
  key: string,
  title: string,
  rest: Pick<IndexInfo, 'range' | 'best' | 'direction' | 'unit'>,
): IndexInfo => ({
  key,
  title,
  ...rest,
  convention: 'full-resolution tool: unit-sum MTF kernels, decimated at the found phase',
});

export const R_Q2N = info('r_q2n', 'R-Q2n', {
  range: [0, 1],
  best: 1,
  direction: 'higher',
  unit: '',
});
export const R_SAM = info('r_sam', 'R-SAM', {
  range: [0, 180],
  best: 0,
  direction: 'lower',
  unit: 'degrees',
});
export const R_ERGAS = info('r_ergas', 'R-ERGAS', {
  range: [0, Number.POSITIVE_INFINITY],
  best: 0,
  direction: 'lower',
  unit: 'percent',
});

/** Where in each MS pixel a band was sampled, in PAN pixels from its first row and column. */
export interface Phase {
  readonly row: number;
  readonly col: number;
}

export interface ReprojectionOptions {
  /** Whole number of PAN pixels a MS pixel. */
  readonly ratio: number;
  /** MTF gain at Nyquist of each band. */
  readonly gains: readonly number[];
}

/**
 * The phase of each MS band: that at which the filtered PAN correlates best with it, locally.
 * PAN is filtered with the first band's kernel for all bands, as the tool does.
 */
export function estimatePhases(
  ms: Raster,
  pan: Raster,
  { ratio, gains }: ReprojectionOptions,
): Phase[] {
  const { height, width } = ms;
  if (!(Number.isInteger(ratio) && pan.height === height * ratio && pan.width === width * ratio)) {
    throw new InputError(
      `reprojection: expected PAN of ${height * ratio}x${width * ratio} over MS ` +
        `${height}x${width}, got ${pan.height}x${pan.width}.`,
    );
  }
  const [kernel] = normalisedKernels(gains.slice(0, 1), ratio);
  const candidates: { phase: Phase; data: Float64Array }[] = [];
  const filled = fillInvalid(pan, validPixels([pan]));
  for (let row = 0; row < ratio; row++) {
    for (let col = 0; col < ratio; col++) {
      const { data } = decimateAt(filled, kernel, { ratio, phase: { row, col } });
      candidates.push({ phase: { row, col }, data });
    }
  }
  const size = height * width;
  const valid = validPixels([ms]);
  const halfWidth = Math.ceil(ratio / 2);
  return Array.from({ length: ms.bands }, (_, band) => {
    const plane = ms.data.subarray(band * size, (band + 1) * size);
    const scores = candidates.map(({ data }) =>
      meanLocalCorrelation(plane, data, { height, width, halfWidth, valid }),
    );
    return candidates[scores.indexOf(Math.max(...scores))].phase;
  });
}

/** The fused image on the grid of MS, band by band, in float64. */
export function reproject(
  fused: Raster,
  phases: readonly Phase[],
  { ratio, gains }: ReprojectionOptions,
): Raster<Float64Array> {
  const kernels = normalisedKernels(gains, ratio);
  const planes = phases.map((phase, band) => {
    const size = fused.height * fused.width;
    const plane = {
      bands: 1,
      height: fused.height,
      width: fused.width,
      data: fused.data.subarray(band * size, (band + 1) * size),
    };
    return decimateAt(plane, kernels[band], { ratio, phase });
  });
  const { height, width } = planes[0];
  const data = new Float64Array(planes.length * height * width);
  planes.forEach((plane, band) => {
    data.set(plane.data, band * height * width);
  });
  return { bands: planes.length, height, width, data };
}

function normalisedKernels(gains: readonly number[], ratio: number): MtfKernel[] {
  return gains.map((gain) => mtfKernel({ gain, ratio, normalise: 'unit-sum' }));
}

/** mtfDecimate with a phase of its own on either axis. */
function decimateAt(
  image: Raster,
  kernel: MtfKernel,
  { ratio, phase }: { ratio: number; phase: Phase },
): Raster<Float64Array> {
  return mtfDecimate(image, kernel, { ratio, phase: phase.row, phaseCols: phase.col });
}

export interface ReprojectionIndices {
  readonly r_q2n: number;
  readonly r_sam: number;
  readonly r_ergas: number;
}

/**
 * Q2n, SAM and ERGAS of the reprojected fused image against MS.
 *
 * @param fused [bands, height, width]
 * @param inputs.ms  [bands, height/ratio, width/ratio]
 * @param inputs.pan [1, height, width], for the phases
 */
export function reprojectionIndices(
  fused: Raster,
  { ms, pan }: { readonly ms: Raster; readonly pan: Raster },
  {
    block = 16,
    quantise = 'auto',
    ...options
  }: ReprojectionOptions & { readonly block?: number; readonly quantise?: Quantise },
): ReprojectionIndices {
  const phases = estimatePhases(ms, pan, options);
  const back = reproject(fillInvalid(fused, validPixels([fused])), phases, options);
  return {
    r_q2n: q2n(back, ms, { block, quantise }),
    r_sam: sam(back, ms),
    r_ergas: ergas(back, ms, { ratio: options.ratio }),
  };
}
