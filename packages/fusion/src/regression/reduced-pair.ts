/**
 * The pair one scale down, where the truth is known: MS as the fused image, MS low-passed once more
 * as the enlarged one, PAN low-passed. What BDSD is fitted on.
 */

import {
  imresizeAxis,
  type MtfKernel,
  mtfFilterAt,
  mtfKernel,
  resamplePlane,
  type Span,
} from '@bandweave/image';
import { decimatePan } from '../low-pass/coarse-grid.js';
import { filled } from '../low-pass/filled.js';
import { mtfDecimation } from '../low-pass/mtf-low-pass.js';
import { ownedCoarse } from '../low-pass/owned-coarse.js';
import type { FusionWindow, Patch, Scene } from '../method.js';
import { perScene } from '../statistics/per-scene.js';

/** Half of the kernels' 41 taps. */
const REACH = 20;
/** Leaves out weights that change what is fitted on by less than a thousandth of a 14-bit count. */
const PRECISION = 1e-7;

/** Coarse pixels that a window answers for; one array a variable, all of one length. */
export interface ReducedPair {
  /** MS, one a band. */
  readonly target: readonly Float64Array[];
  /** MS low-passed by each band's MTF. */
  readonly low: readonly Float64Array[];
  /** PAN low-passed by its own MTF. */
  readonly pan: Float64Array;
  /** 0 where anything is unknown. */
  readonly mask?: Uint8Array;
  /** PAN pixel of the first coarse pixel and on to the next, on each axis; [rows, cols]. */
  readonly at: { readonly rows: Float64Array; readonly cols: Float64Array };
}

const panDecimation = perScene((scene: Scene) =>
  mtfDecimation(scene, { gain: scene.panGain, width: 'n-1' }),
);

const bandKernels = perScene((scene: Scene): MtfKernel[] =>
  scene.msGains.map((gain) => mtfKernel({ gain, ratio: scene.ratio.rows, precision: PRECISION })),
);

const panKernel = perScene((scene: Scene) =>
  mtfKernel({ gain: scene.panGain, ratio: scene.ratio.rows, precision: PRECISION }),
);

const largest = ({ ratio }: Scene) => Math.ceil(Math.max(ratio.rows, ratio.cols));

/** PAN pixels around a window, what filling holes looks at included. */
export const reducedPanMargin = (scene: Scene) => 2 * REACH + 2 * largest(scene);
/** MS pixels around those of a window. */
export const reducedMsMargin = ({ mode }: Scene) => (mode === 'released' ? 0 : 2 * REACH + 1);
/** Pixels of enlarged MS around a window. */
export const reducedExpMargin = (scene: Scene) =>
  scene.mode === 'released' ? (REACH + 6) * largest(scene) : 0;

/**
 * The window's part. The toolbox shrinks enlarged MS by a bicubic, whose pixels lie half a PAN pixel
 * beside those that it takes of PAN; that is `released`. Mended, MS itself is the target and PAN is
 * low-passed at its very centres.
 */
export function reducedPair(window: FusionWindow, scene: Scene): ReducedPair {
  return scene.mode === 'released' ? shrunk(window, scene) : asItCame(window, scene);
}

function asItCame(window: FusionWindow, scene: Scene): ReducedPair {
  const { rows, cols } = ownedCoarse(window, scene);
  const height = rows.end - rows.start;
  const width = Math.max(0, cols.end - cols.start);
  const pixels = Math.max(0, height) * width;
  const at = {
    rows: centres(rows, scene.ratio.rows, scene.phase.rows),
    cols: centres(cols, scene.ratio.cols, scene.phase.cols),
  };
  if (pixels === 0) return { target: [], low: [], pan: new Float64Array(0), at };
  const { ms, panAround } = window;
  const low = decimatePan(panAround, panDecimation(scene), { rows, cols });
  const known = filled(ms, REACH);
  const pick = (plane: Patch['data']) => {
    const out = new Float64Array(pixels);
    for (let y = 0; y < height; y++) {
      const from = (rows.start + y - ms.row) * ms.width + cols.start - ms.col;
      out.set(plane.subarray(from, from + width), y * width);
    }
    return out;
  };
  const planes = planesOf(known);
  const positions = {
    rows: { size: ms.height, first: rows.start - ms.row, step: 1, length: height },
    cols: { size: ms.width, first: cols.start - ms.col, step: 1, length: width },
  };
  const kernels = bandKernels(scene);
  const mask = ms.mask || low.mask ? new Uint8Array(pixels).fill(1) : undefined;
  if (mask) {
    for (let p = 0; p < pixels; p++) {
      const from = (rows.start + Math.floor(p / width) - ms.row) * ms.width + cols.start - ms.col;
      if (ms.mask?.[from + (p % width)] === 0 || low.mask?.[p] === 0) mask[p] = 0;
    }
  }
  return {
    target: planes.map(pick),
    low: planes.map((data, k) =>
      mtfFilterAt({ data, height: ms.height, width: ms.width }, kernels[k], positions),
    ),
    pan: low.data,
    ...(mask ? { mask } : {}),
    at,
  };
}

function centres({ start, end }: Span, ratio: number, phase: number): Float64Array {
  return Float64Array.from(
    { length: Math.max(0, end - start) },
    (_, i) => phase + (start + i) * ratio,
  );
}

/** MATLAB's nearest: the later of two equally near pixels. */
const nearest = (i: number, ratio: number) => Math.floor((i + 0.5) * ratio + 1e-9);

function shrunk(window: FusionWindow, scene: Scene): ReducedPair {
  const { ratio, height, width } = scene;
  const rows = axisOf(window.rows, height, ratio.rows);
  const cols = axisOf(window.cols, width, ratio.cols);
  const at = { rows: places(rows.own, ratio.rows), cols: places(cols.own, ratio.cols) };
  const pixels = at.rows.length * at.cols.length;
  if (pixels === 0) return { target: [], low: [], pan: new Float64Array(0), at };
  const { expAround, panAround } = window;
  const known = filled(expAround, 2 * largest(scene));
  const planes = planesOf(known).map((data) =>
    resamplePlane({ ...expAround, data }, { rows: rows.down, cols: cols.down }),
  );
  const place = { height: rows.down.length, width: cols.down.length };
  const positions = {
    rows: { size: rows.size, first: rows.own.start, step: 1, length: at.rows.length },
    cols: { size: cols.size, first: cols.own.start, step: 1, length: at.cols.length },
  };
  const origin = { row: rows.down.first, col: cols.down.first };
  const kernels = bandKernels(scene);
  const target = planes.map((plane) => {
    const out = new Float64Array(pixels);
    for (let y = 0; y < at.rows.length; y++) {
      const from = (rows.own.start + y - origin.row) * place.width + cols.own.start - origin.col;
      out.set(plane.subarray(from, from + at.cols.length), y * at.cols.length);
    }
    return out;
  });
  const panAt = (places: Float64Array, from: number, size: number) => ({
    size,
    first: places[0] - from,
    step: places.length > 1 ? places[1] - places[0] : 1,
    length: places.length,
  });
  const pan = mtfFilterAt({ ...filled(panAround, REACH), row: 0, col: 0 }, panKernel(scene), {
    rows: panAt(at.rows, panAround.row, panAround.height),
    cols: panAt(at.cols, panAround.col, panAround.width),
  });
  const { mask } = window;
  return {
    target,
    low: planes.map((data, k) => mtfFilterAt({ data, ...place, ...origin }, kernels[k], positions)),
    pan,
    ...(mask ? { mask: maskAt(window, mask, at) } : {}),
    at,
  };
}

/** The coarse pixels whose PAN pixel lies in the span, and shrinking over those that filtering them takes. */
function axisOf({ start, end }: Span, fine: number, ratio: number) {
  const size = Math.ceil(fine / ratio - 1e-9);
  const first = (edge: number) => {
    let i = Math.max(0, Math.floor(edge / ratio) - 1);
    while (i < size && nearest(i, ratio) < edge) i++;
    return i;
  };
  const own = { start: first(start), end: first(end) };
  const low = Math.max(0, own.start - REACH);
  const high = Math.min(size, own.end + REACH);
  const down = imresizeAxis(fine, 1 / ratio, { first: low, length: high - low });
  return { size, own, down };
}

function places({ start, end }: Span, ratio: number): Float64Array {
  return Float64Array.from({ length: end - start }, (_, i) => nearest(start + i, ratio));
}

function maskAt({ rows, cols, width }: FusionWindow, mask: Uint8Array, at: ReducedPair['at']) {
  const out = new Uint8Array(at.rows.length * at.cols.length);
  for (let y = 0; y < at.rows.length; y++) {
    for (let x = 0; x < at.cols.length; x++) {
      out[y * at.cols.length + x] =
        mask[(at.rows[y] - rows.start) * width + at.cols[x] - cols.start];
    }
  }
  return out;
}

function planesOf({ data, bands, height, width }: Patch): Patch['data'][] {
  const size = height * width;
  return Array.from(
    { length: bands },
    (_, k) => data.subarray(k * size, (k + 1) * size) as Patch['data'],
  );
}
