/**
 * ATWT with a model of how detail differs between PAN and a band: M2 and M3 of the ARSIS concept
 * (Ranchin and Wald 2000). The model is fitted to the coefficients one level coarser than MS.
 */

import {
  type Axis,
  type AxisRange,
  atrousLevels,
  resamplePlane,
  type Span,
} from '@bandweave/image';
import { filled } from '../low-pass/filled.js';
import { filterBand } from '../low-pass/pan-filter.js';
import { approximationAxis, beyond, coefficientAxis } from '../low-pass/spline-wavelet.js';
import type { FusionMethod, FusionWindow, Patch, Scene } from '../method.js';

/** Detail across rows, columns and both. */
const ORIENTATIONS = ['rows', 'cols', 'both'] as const;
type Orientation = (typeof ORIENTATIONS)[number];

/** Band's coefficient = gain * PAN's + offset, one a band and orientation: [bands * 3]. */
export interface ModelParameters {
  readonly gains: readonly number[];
  readonly offsets: readonly number[];
}

/** sums of a band and orientation: band, its square, PAN, its square, their product. */
const SUMS = 5;

/** The gain from variances and covariance. */
export type Model = (moments: {
  readonly band: number;
  readonly pan: number;
  readonly shared: number;
}) => number;

export function modelMethod(
  head: Pick<FusionMethod, 'name' | 'title' | 'source'>,
  model: Model,
): FusionMethod<ModelParameters> {
  return {
    ...head,
    panMargin: margin,
    panBorder: 'replicate',
    expMargin: margin,
    statistics: {
      size: ({ bands }) => 1 + 3 * SUMS * bands,
      add: addCoefficients,
      solve: (sums, scene) => solveModel(sums, scene, model),
    },
    fuse: fuseModel,
  };
}

function levelsOf({ ratio }: Scene): number {
  return Math.max(1, atrousLevels(Math.max(ratio.rows, ratio.cols)));
}

/** What the filters reach, twice: for filling holes. */
function reachOf(scene: Scene): number {
  const levels = levelsOf(scene);
  return Math.max(4 * levels, 4 * (levels + 1)) + 1;
}

function margin(scene: Scene): number {
  return 2 * reachOf(scene);
}

function solveModel(sums: Float64Array, { bands }: Scene, model: Model): ModelParameters {
  const count = Math.max(1, sums[0]);
  const gains: number[] = [];
  const offsets: number[] = [];
  for (let i = 0; i < 3 * bands; i++) {
    const [band, bandSquares, pan, panSquares, products] = sums.subarray(1 + SUMS * i);
    const moments = {
      band: bandSquares - (band * band) / count,
      pan: panSquares - (pan * pan) / count,
      shared: products - (band * pan) / count,
    };
    const gain = moments.pan > 0 ? model(moments) : 0;
    gains.push(gain);
    offsets.push((band - gain * pan) / count);
  }
  return { gains, offsets };
}

/** Sums over the coefficients that this window owns: its pixels, and what lies beyond the image. */
function addCoefficients(window: FusionWindow, scene: Scene, sums: Float64Array): void {
  const { panExtent, bands } = scene;
  const level = levelsOf(scene) + 1;
  const rows = owned(window.rows, panExtent.rows, level);
  const cols = owned(window.cols, panExtent.cols, level);
  if (rows.end <= rows.start || cols.end <= cols.start) return;
  const reach = reachOf(scene);
  const spans = { rows, cols };
  const pan = coefficients(filled(window.panAround, reach), 0, { scene, level, spans });
  const expAround = filled(window.expAround, reach);
  const known = knownAt(window, scene, spans);
  const pixels = pan.rows.length;
  for (let p = 0; p < pixels; p++) sums[0] += known ? known[p] : 1;
  for (let k = 0; k < bands; k++) {
    const band = coefficients(expAround, k, { scene, level, spans });
    ORIENTATIONS.forEach((orientation, o) => {
      const at = 1 + SUMS * (3 * k + o);
      addProducts(band[orientation], pan[orientation], {
        known,
        sums: sums.subarray(at, at + SUMS),
      });
    });
  }
}

function addProducts(
  band: Float64Array,
  pan: Float64Array,
  { known, sums }: { known: Uint8Array | undefined; sums: Float64Array },
): void {
  for (let p = 0; p < band.length; p++) {
    if (known && known[p] === 0) continue;
    const a = band[p];
    const b = pan[p];
    sums[0] += a;
    sums[1] += a * a;
    sums[2] += b;
    sums[3] += b * b;
    sums[4] += a * b;
  }
}

/** The window's pixels of an extent, counted from its begin, and what its ends own beyond it. */
function owned({ start, end }: Span, extent: Span, level: number): Span {
  const size = extent.end - extent.start;
  const from = Math.max(0, start - extent.start);
  const to = Math.min(size, end - extent.start);
  if (to <= from) return { start: 0, end: 0 };
  return {
    start: from === 0 ? -beyond(level) : from,
    end: to === size ? size + beyond(level) : to,
  };
}

interface CoefficientRequest {
  readonly scene: Scene;
  readonly level: number;
  /** Coefficients, counted from where PAN's extent begins. */
  readonly spans: { readonly rows: Span; readonly cols: Span };
}

/** The three details of one band at a level. */
function coefficients(
  patch: Patch,
  band: number,
  { scene, level, spans }: CoefficientRequest,
): Record<Orientation, Float64Array> {
  const { rows, cols } = scene.panExtent;
  const size = patch.height * patch.width;
  const plane = {
    data: patch.data.subarray(band * size, (band + 1) * size),
    height: patch.height,
    width: patch.width,
    row: patch.row - rows.start,
    col: patch.col - cols.start,
  };
  const axis = (extent: Span, span: Span, pass: 'low' | 'high'): Axis =>
    coefficientAxis(
      extent.end - extent.start,
      { level, pass },
      { first: span.start, length: span.end - span.start },
    );
  const make = (onRows: 'low' | 'high', onCols: 'low' | 'high') =>
    resamplePlane(plane, {
      rows: axis(rows, spans.rows, onRows),
      cols: axis(cols, spans.cols, onCols),
    });
  return { rows: make('high', 'low'), cols: make('low', 'high'), both: make('high', 'high') };
}

/** Whether the pixel nearest to each coefficient is known; undefined: all are. */
function knownAt(
  window: FusionWindow,
  { panExtent }: Scene,
  { rows, cols }: { rows: Span; cols: Span },
): Uint8Array | undefined {
  const { mask, height, width } = window;
  if (!mask) return undefined;
  const clamp = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));
  const out = new Uint8Array((rows.end - rows.start) * (cols.end - cols.start));
  let at = 0;
  for (let row = rows.start; row < rows.end; row++) {
    const y = clamp(row + panExtent.rows.start - window.rows.start, height);
    for (let col = cols.start; col < cols.end; col++) {
      const x = clamp(col + panExtent.cols.start - window.cols.start, width);
      out[at++] = mask[y * width + x];
    }
  }
  return out;
}

/** out_k = A exp_k + sum over levels and orientations of the synthesis of gain C PAN + offset. */
function fuseModel(
  window: FusionWindow,
  scene: Scene,
  { gains, offsets }: ModelParameters,
  out: FusionWindow['exp'],
): void {
  const { bands, panExtent: extent } = scene;
  const levels = levelsOf(scene);
  const reach = reachOf(scene);
  const spans = { rows: window.rows, cols: window.cols, extent };
  const low = (patch: Patch, { band = 0, rows = levels, cols = levels }) =>
    filterBand({ ...patch, band }, spans, {
      rows: (size: number, range: Required<AxisRange>) => approximationAxis(size, rows, range),
      cols: (size: number, range: Required<AxisRange>) => approximationAxis(size, cols, range),
    });
  const pan = filled(window.panAround, reach);
  const detail = {
    rows: new Float64Array(window.pan.length),
    cols: new Float64Array(window.pan.length),
    both: new Float64Array(window.pan.length),
  };
  for (let level = 1; level <= levels; level++) {
    const finest = low(pan, { rows: level - 1, cols: level - 1 });
    const byRows = low(pan, { rows: level, cols: level - 1 });
    const byCols = low(pan, { rows: level - 1, cols: level });
    const coarse = low(pan, { rows: level, cols: level });
    for (let p = 0; p < finest.length; p++) {
      detail.rows[p] += byCols[p] - coarse[p];
      detail.cols[p] += byRows[p] - coarse[p];
      detail.both[p] += finest[p] - byRows[p] - byCols[p] + coarse[p];
    }
  }
  const exp = filled(window.expAround, reach);
  for (let k = 0; k < bands; k++) {
    const base = low(exp, { band: k });
    const [a, b, c] = gains.slice(3 * k, 3 * k + 3);
    const constant = synthesised(offsets.slice(3 * k, 3 * k + 3), levels);
    const start = k * window.pan.length;
    for (let p = 0; p < base.length; p++) {
      const added = a * detail.rows[p] + b * detail.cols[p] + c * detail.both[p];
      out[start + p] = base[p] + added + constant;
    }
  }
}

/**
 * What a constant in the coefficients of every level becomes. Offsets are those of the level beyond
 * the last at unit gain, where the toolbox's are 2^(levels + 1) times larger; its synthesis halves
 * at every level, and doubles for each high-pass.
 */
function synthesised([rows, cols, both]: readonly number[], levels: number): number {
  let share = 0;
  for (let level = 1; level <= levels; level++) share += 2 ** (levels + 1) / 2 ** (level - 1);
  return share * (rows + cols + 2 * both);
}
