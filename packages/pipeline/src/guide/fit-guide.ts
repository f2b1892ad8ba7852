/**
 * How a sharp guide explains the coarse bands: the guide is seen through the coarse sensor's MTF
 * and each band fitted by it. Selva, Aiazzi, Butera, Chiarantini, Baronti 2015, Hyper-sharpening.
 */

import {
  decimatePan,
  fitBands,
  GuideMoments,
  makeScene,
  mtfDecimation,
  type SceneOptions,
  TRIED_GAINS,
} from '@bandweave/fusion';
import { InputError, inputSpan, type RasterSource } from '@bandweave/image';
import type { RunOptions } from '../fuse-options.js';
import type { Inputs } from '../regions.js';
import type { GuideOptions, GuideSummary } from './guide-options.js';
import { readPadded } from './read-padded.js';

/** Samples of guide and cube that are looked at together. */
const STRIP_SAMPLES = 4e6;

export interface FitRequest extends GuideOptions, RunOptions {
  readonly scene: SceneOptions;
  readonly origin: { readonly row: number; readonly col: number };
  readonly nodata?: number | 'none';
}

/** Looks at the whole pair once, in strips. */
export async function fitGuide(inputs: Inputs, request: FitRequest): Promise<GuideSummary> {
  const { mtfGain, guide = 'synthesise' } = request;
  const gains = mtfGain === undefined ? TRIED_GAINS : [mtfGain];
  const moments = gains.map(() => new GuideMoments(inputs.pan.info.bands, inputs.ms.info.bands));
  await gatherMoments(inputs, gains, { ...request, moments });
  if (moments[0].pixels < 2 * inputs.pan.info.bands + 2) {
    throw new InputError(
      `${inputs.ms.name}: expected pixels that hold data under ${inputs.pan.name}, got ${moments[0].pixels}; check nodata and extents.`,
    );
  }
  const fits = moments.map((sums) => fitBands(sums, guide));
  const quality = fits.map((bands) => bands.reduce((sum, fit) => sum + fit.correlation ** 2, 0));
  const best = quality.indexOf(Math.max(...quality));
  return { guide, mtfGain: gains[best], bands: fits[best] };
}

async function gatherMoments(
  { pan, ms }: Inputs,
  gains: readonly number[],
  request: FitRequest & { readonly moments: readonly GuideMoments[] },
): Promise<void> {
  const { origin, nodata, signal, onProgress, moments } = request;
  const scene = makeScene({ ...request.scene, bands: 1, msGains: [gains[0]] });
  const decimations = gains.map((gain) => mtfDecimation(scene, gain));
  const { msHeight, msWidth } = scene;
  const perRow = msWidth * (scene.ratio.rows * scene.ratio.cols * pan.info.bands + ms.info.bands);
  const strip = Math.max(1, Math.floor(STRIP_SAMPLES / perRow));
  for (let start = 0; start < msHeight; start += strip) {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'guide', done: start, total: msHeight });
    const rows = { start, end: Math.min(msHeight, start + strip) };
    const cols = { start: 0, end: msWidth };
    const { maps } = decimations[0];
    const [y, x] = [inputSpan(maps.rows, rows), inputSpan(maps.cols, cols)];
    const shifted = (span: { start: number; end: number }, by: number) => ({
      start: span.start + by,
      end: span.end + by,
    });
    const around = await readPadded(pan, {
      rows: shifted(y, origin.row),
      cols: shifted(x, origin.col),
      nodata,
      signal,
    });
    const coarse = await readPadded(ms, { rows, cols, nodata, signal });
    const beyond = outsideOf(pan, { scene, rows, origin });
    const bands = planesOf(coarse.data, ms.info.bands);
    for (const [g, decimation] of decimations.entries()) {
      const seen = planesOf(around.data, pan.info.bands).map((data) => {
        const patch = { ...around, data, bands: 1, row: y.start, col: x.start };
        return decimatePan(patch, decimation, { rows, cols });
      });
      const pixels: number[] = [];
      const count = (rows.end - rows.start) * msWidth;
      for (let i = 0; i < count; i++) {
        const known = coarse.mask?.[i] !== 0 && !beyond(i) && seen[0].mask?.[i] !== 0;
        if (known) pixels.push(i);
      }
      moments[g].add(
        seen.map(({ data }) => data),
        bands,
        Int32Array.from(pixels),
      );
    }
  }
  onProgress?.({ stage: 'guide', done: msHeight, total: msHeight });
}

/** True for coarse pixels whose centres lie off the guide: their guide is nothing but its edge. */
function outsideOf(
  pan: RasterSource,
  {
    scene,
    rows,
    origin,
  }: {
    scene: ReturnType<typeof makeScene>;
    rows: { start: number };
    origin: { row: number; col: number };
  },
): (index: number) => boolean {
  const { phase, ratio, msWidth } = scene;
  const off = (at: number, size: number) => at < -0.5 || at > size - 0.5;
  return (index) => {
    const row = rows.start + Math.floor(index / msWidth);
    const y = phase.rows + row * ratio.rows + origin.row;
    const x = phase.cols + (index % msWidth) * ratio.cols + origin.col;
    return off(y, pan.info.height) || off(x, pan.info.width);
  };
}

function planesOf<T extends { length: number; subarray(a: number, b: number): T }>(
  data: T,
  bands: number,
): T[] {
  const plane = data.length / bands;
  return Array.from({ length: bands }, (_, k) => data.subarray(k * plane, (k + 1) * plane));
}
