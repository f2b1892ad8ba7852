/** MS at PAN's size, as networks are given it beside MS. */

import {
  bandPlane,
  interp23tap,
  isInterp23Ratio,
  kernelAxis,
  type Raster,
  resamplePlane,
} from '@bandweave/image';
import { toolboxPhase } from './definition.js';

/**
 * Every band enlarged by `ratio`, its pixel i at i · ratio + `toolboxPhase` of the fine grid: by
 * the toolboxes' 23-tap filter where the ratio is a power of two (circular border), else by cubic
 * convolution.
 *
 * @returns [bands, height·ratio, width·ratio]
 */
export function enlargeMs(ms: Raster, ratio: number): Raster<Float32Array> {
  const { bands, height, width } = ms;
  const size = { bands, height: Math.round(height * ratio), width: Math.round(width * ratio) };
  if (isInterp23Ratio(ratio)) {
    return { ...size, data: Float32Array.from(interp23tap(ms, ratio).data) };
  }
  const axis = (length: number) =>
    kernelAxis(
      length,
      { origin: -toolboxPhase(ratio) / ratio, step: 1 / ratio },
      { length: Math.round(length * ratio) },
    );
  const axes = { rows: axis(height), cols: axis(width) };
  const data = new Float32Array(bands * size.height * size.width);
  for (let band = 0; band < bands; band++) {
    data.set(resamplePlane(bandPlane(ms, band), axes), band * size.height * size.width);
  }
  return { ...size, data };
}
