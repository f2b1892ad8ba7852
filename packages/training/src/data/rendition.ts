/** One form of a scene as a network sees it: turned, blurred, reduced, enlarged, normalised. */

import { findMethod, fuseArrays, hyperSharpen, namesOf } from '@bandweave/fusion';
import {
  bandKernels,
  bandPlane,
  imresize,
  isInterp23Ratio,
  kernelAxis,
  mtfDecimate,
  type Raster,
  resamplePlane,
} from '@bandweave/image';
import { enlargeMs, type Preparation, startsOf } from '@bandweave/models';
import type { Variation } from './augmentation.js';
import type { TrainingScene } from './scene.js';

export interface Rendition {
  readonly ratio: number;
  readonly pan: Raster<Float32Array>;
  readonly ms: Raster<Float32Array>;
  /** MS enlarged, or the bases: [bases · bands, height, width], the first one's bands first. */
  readonly lms: Raster<Float32Array>;
  readonly target: Raster<Float32Array>;
  /** The bases whose mean the network begins with; see `startsOf`. */
  readonly starts: readonly number[];
  readonly mask?: Uint8Array;
  /** network value = (sample - offset) / scale, one a band of MS. */
  readonly offsets: readonly number[];
  readonly scales: readonly number[];
}

export function renderScene(
  scene: TrainingScene,
  variation: Variation,
  { normalise, base }: Preparation,
): Rendition {
  const { ratio, gains } = scene;
  const { orientation, gain, mtfGains, shift } = variation;
  const reference = turned(scene.reference, orientation);
  const pan = shifted(turned(scene.pan, orientation), shift);
  const { mask } = scene;
  const { ms, enlarged } =
    scene.reduction === 'bicubic'
      ? bicubicPair(reference, ratio)
      : mtfPair(reference, { ratio, gains: mtfGains });
  const bases = namesOf(base);
  const lms = stacked(
    bases.map((name) =>
      name === 'exp' ? enlarged : classical(name, { pan, ms, enlarged, gains }),
    ),
  );
  const normsFor = (raster: Raster) =>
    bandsOf(raster).map((band) =>
      normalise === 'scene' ? statistics(raster, band) : { offset: 0, scale: scene.scale },
    );
  const [panNorms, norms] = [normsFor(pan), normsFor(enlarged)];
  // A factor on all samples changes nothing once they are standardised.
  const factor = normalise === 'scene' ? 1 : gain;
  return {
    ratio,
    pan: normalised(pan, panNorms, factor),
    ms: normalised(ms, norms, factor),
    lms: normalised(
      lms,
      bases.flatMap(() => norms),
      factor,
    ),
    target: normalised(reference, norms, factor),
    starts: startsOf({ base }),
    ...(mask ? { mask: turned({ ...scene.pan, data: mask }, orientation).data } : {}),
    offsets: norms.map(({ offset }) => offset),
    scales: norms.map(({ scale }) => scale / factor),
  };
}

interface Pair {
  readonly ms: Raster<Float32Array>;
  readonly enlarged: Raster<Float32Array>;
}

function mtfPair(
  reference: Raster,
  { ratio, gains }: { readonly ratio: number; readonly gains: readonly number[] },
): Pair {
  const kernels = bandKernels(reference.bands, { gains, ratio });
  const ms = singles(mtfDecimate(reference, kernels, { ratio }));
  return { ms, enlarged: enlargeMs(ms, ratio) };
}

function bicubicPair(reference: Raster, ratio: number): Pair {
  const { height, width } = reference;
  const ms = singles(imresize(reference, { height: height / ratio, width: width / ratio }));
  return { ms, enlarged: singles(imresize(ms, { height, width })) };
}

const singles = (raster: Raster): Raster<Float32Array> => ({
  ...raster,
  data: Float32Array.from(raster.data),
});

/** The classical result that a network starts from, by the sensor's stated MTF. */
function classical(
  base: string,
  {
    pan,
    ms,
    enlarged,
    gains,
  }: { pan: Raster; ms: Raster; enlarged: Raster; gains: readonly number[] },
): Raster<Float32Array> {
  const exp = Float64Array.from(enlarged.data);
  const ratio = pan.height / ms.height;
  const method = findMethod(base);
  if (pan.bands > 1) {
    const sharp = hyperSharpen({ guide: pan, ms }, method, { phase: 'toolbox', exp });
    return { ...sharp, data: Float32Array.from(sharp.data) };
  }
  const fused = fuseArrays({ pan, ms }, method, {
    msGains: gains,
    phase: 'toolbox',
    // The toolboxes' enlargement wraps round; at other ratios the method has its own.
    ...(isInterp23Ratio(ratio) ? { exp } : {}),
  });
  return { ...fused, data: Float32Array.from(fused.data) };
}

function stacked(images: readonly Raster<Float32Array>[]): Raster<Float32Array> {
  if (images.length === 1) return images[0];
  const [{ bands, height, width }] = images;
  const data = new Float32Array(images.length * bands * height * width);
  images.forEach((image, i) => {
    data.set(image.data, i * image.data.length);
  });
  return { bands: images.length * bands, height, width, data };
}

const bandsOf = ({ bands }: Raster) => Array.from({ length: bands }, (_, i) => i);

interface Norm {
  readonly offset: number;
  readonly scale: number;
}

/** Mean and standard deviation of a band. */
function statistics(raster: Raster, band: number): Norm {
  const { data } = bandPlane(raster, band);
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  const mean = sum / data.length;
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += (data[i] - mean) ** 2;
  const deviation = Math.sqrt(squares / data.length);
  return { offset: mean, scale: deviation > 0 ? deviation : 1 };
}

function normalised(
  { bands, height, width, data }: Raster,
  norms: readonly Norm[],
  factor: number,
): Raster<Float32Array> {
  const out = new Float32Array(data.length);
  const size = height * width;
  for (let b = 0; b < bands; b++) {
    const { offset, scale } = norms[b];
    for (let i = b * size; i < (b + 1) * size; i++) out[i] = ((data[i] - offset) / scale) * factor;
  }
  return { bands, height, width, data: out };
}

/** One of the eight turns and mirrors. */
export function turned<T extends Float32Array | Uint8Array>(
  { bands, height, width, data }: { bands: number; height: number; width: number; data: T },
  orientation: number,
): { bands: number; height: number; width: number; data: T } {
  if (orientation === 0) return { bands, height, width, data };
  const swap = (orientation & 4) !== 0;
  const [tall, wide] = swap ? [width, height] : [height, width];
  const out = new (data.constructor as new (n: number) => T)(data.length);
  for (let b = 0, o = 0; b < bands; b++) {
    for (let y = 0; y < tall; y++) {
      for (let x = 0; x < wide; x++, o++) {
        const v = orientation & 2 ? tall - 1 - y : y;
        const u = orientation & 1 ? wide - 1 - x : x;
        const [row, col] = swap ? [u, v] : [v, u];
        out[o] = data[(b * height + row) * width + col];
      }
    }
  }
  return { bands, height: tall, width: wide, data: out };
}

/** PAN, every band of it, moved by a fraction of a pixel, by cubic convolution. */
function shifted(
  pan: Raster<Float32Array>,
  [down, right]: readonly [number, number],
): Raster<Float32Array> {
  if (down === 0 && right === 0) return pan;
  const axis = (size: number, by: number) =>
    kernelAxis(size, { origin: by, step: 1 }, { length: size });
  const axes = { rows: axis(pan.height, down), cols: axis(pan.width, right) };
  const data = new Float32Array(pan.data.length);
  for (let band = 0; band < pan.bands; band++) {
    data.set(resamplePlane(bandPlane(pan, band), axes), band * pan.height * pan.width);
  }
  return { ...pan, data };
}
