/** Cuts what a method needs for one window out of pixels that have been read. */

import {
  type AxisMap,
  type Border,
  borderIndex,
  type FloatSamples,
  inputSpan,
  type Raster,
  resampleMasked,
  resampleWindow,
  type Span,
} from '@bandweave/image';
import type { FusionMethod, FusionWindow, Patch, Scene } from './method.js';
import { WindowBuffers } from './window-buffers.js';

/** Pixels that have been read, and where they lie on their own grid. */
export interface Region {
  readonly raster: Raster;
  readonly row: number;
  readonly col: number;
}

export interface WindowSpans {
  readonly rows: Span;
  readonly cols: Span;
}

/** The part of PAN, on the output grid and inside PAN's extent, that a window needs. */
export function panSpans(
  { rows, cols }: WindowSpans,
  scene: Scene,
  method: FusionMethod,
): WindowSpans {
  const margin = method.panMargin(scene);
  const { panExtent } = scene;
  return {
    rows: hull(widen(rows, margin), panExtent.rows, method.panBorder),
    cols: hull(widen(cols, margin), panExtent.cols, method.panBorder),
  };
}

/** The part of MS, on its own grid, that a window needs. */
export function msSpans(spans: WindowSpans, scene: Scene, method?: FusionMethod): WindowSpans {
  const { rows, cols } = expSpans(spans, scene, method);
  const { enlarge, msBorder, msHeight, msWidth } = scene;
  const margin = method?.msMargin?.(scene) ?? 0;
  return {
    rows: hull(msNeed(enlarge.rows, rows, margin), { start: 0, end: msHeight }, msBorder),
    cols: hull(msNeed(enlarge.cols, cols, margin), { start: 0, end: msWidth }, msBorder),
  };
}

/** Where enlarged MS must be known: the window and the method's margin, inside the output grid. */
function expSpans({ rows, cols }: WindowSpans, scene: Scene, method?: FusionMethod): WindowSpans {
  const margin = method?.expMargin?.(scene) ?? 0;
  const inside = ({ start, end }: Span, size: number) => ({
    start: Math.min(start, Math.max(0, start - margin)),
    end: Math.max(end, Math.min(size, end + margin)),
  });
  return { rows: inside(rows, scene.height), cols: inside(cols, scene.width) };
}

/** One pixel more than enlarging takes, so that a window holds the MS centres that it owns. */
function msNeed(map: AxisMap, outputs: Span, margin: number): Span {
  return widen(inputSpan(map, outputs), 1 + margin);
}

function widen({ start, end }: Span, by: number): Span {
  return { start: start - by, end: end + by };
}

/** The indices inside `extent` that stand for a span, by the border rule. */
function hull(span: Span, extent: Span, border: Border): Span {
  const size = extent.end - extent.start;
  let start = extent.end;
  let end = extent.start;
  for (let i = span.start; i < span.end; i++) {
    const index = extent.start + borderIndex(i - extent.start, size, border);
    if (index < start) start = index;
    if (index >= end) end = index + 1;
  }
  return { start, end };
}

/** The window with everything a method may look at, from regions that cover the spans above. */
export function cutWindow(
  regions: { readonly pan: Region; readonly ms: Region },
  spans: WindowSpans,
  {
    scene,
    method,
    float,
    buffers = new WindowBuffers(),
    exp: given,
  }: {
    scene: Scene;
    method: FusionMethod;
    float: 'float32' | 'float64';
    /** MS enlarged beforehand, where the window is the whole scene. */
    exp?: Float64Array;
    /** Taken from the window before, which then is no more. */
    buffers?: WindowBuffers;
  },
): FusionWindow {
  const { rows, cols } = spans;
  const height = rows.end - rows.start;
  const width = cols.end - cols.start;
  const margin = method.panMargin(scene);
  const msMargin = method.msMargin?.(scene) ?? 0;
  const around = expSpans(spans, scene, method);
  const take = (kind: 'pan' | 'core' | 'ms' | 'exp' | 'around') => (length: number) =>
    buffers.floats(kind, length, float);
  const panAround = pad(regions.pan, {
    rows: widen(rows, margin),
    cols: widen(cols, margin),
    extent: scene.panExtent,
    border: method.panBorder,
    take: take('pan'),
  });
  const ms = pad(regions.ms, {
    rows: msNeed(scene.enlarge.rows, around.rows, msMargin),
    cols: msNeed(scene.enlarge.cols, around.cols, msMargin),
    extent: { rows: { start: 0, end: scene.msHeight }, cols: { start: 0, end: scene.msWidth } },
    border: scene.msBorder,
    take: take('ms'),
  });
  const expAround = enlarged(ms, around, { scene, buffers, take, ...(given ? { given } : {}) });
  const pan = margin === 0 ? panAround.data : core(panAround, spans, take('core')(height * width));
  const whole = expAround.height * expAround.width === height * width;
  const exp = whole ? expAround.data : coreBands(expAround, spans, take('exp'));
  const valid = buffers.ones('valid', height * width);
  if (expAround.mask) copyMask(expAround, spans, valid);
  if (panAround.mask) markMissing(valid, panAround, spans);
  const complete = !valid.includes(0);
  return {
    rows,
    cols,
    height,
    width,
    pan,
    panAround,
    ms,
    exp,
    expAround,
    ...(complete ? {} : { mask: valid }),
  };
}

/** MS enlarged over the spans, with what is unknown. */
function enlarged(
  ms: Patch,
  spans: WindowSpans,
  {
    scene,
    buffers,
    take,
    given,
  }: {
    scene: Scene;
    buffers: WindowBuffers;
    take: (kind: 'around') => (length: number) => FloatSamples;
    given?: Float64Array;
  },
): Patch {
  const { rows, cols } = spans;
  const height = rows.end - rows.start;
  const width = cols.end - cols.start;
  const valid = buffers.ones('validAround', height * width);
  markOutside(valid, spans, scene);
  // Even then, what is missing of MS shows only by enlarging it.
  const out = given && !ms.mask ? given : take('around')(scene.bands * height * width);
  if (out !== given) enlargeBands(ms, spans, { scene, out, valid, buffers });
  const data = given ?? out;
  const head = { data, bands: scene.bands, row: rows.start, col: cols.start, height, width };
  return valid.includes(0) ? { ...head, mask: valid } : head;
}

function coreBands(
  around: Patch,
  spans: WindowSpans,
  take: (length: number) => FloatSamples,
): FloatSamples {
  const pixels = (spans.rows.end - spans.rows.start) * (spans.cols.end - spans.cols.start);
  const size = around.height * around.width;
  const out = take(around.bands * pixels);
  for (let k = 0; k < around.bands; k++) {
    const band = { ...around, data: around.data.subarray(k * size, (k + 1) * size) };
    core(band, spans, out.subarray(k * pixels, (k + 1) * pixels));
  }
  return out;
}

function copyMask(around: Patch, { rows, cols }: WindowSpans, valid: Uint8Array): void {
  const mask = around.mask as Uint8Array;
  const width = cols.end - cols.start;
  for (let row = rows.start; row < rows.end; row++) {
    const from = (row - around.row) * around.width + cols.start - around.col;
    valid.set(mask.subarray(from, from + width), (row - rows.start) * width);
  }
}

function core(around: Patch, { rows, cols }: WindowSpans, out: FloatSamples): FloatSamples {
  const width = cols.end - cols.start;
  for (let row = rows.start; row < rows.end; row++) {
    const from = (row - around.row) * around.width + cols.start - around.col;
    out.set(around.data.subarray(from, from + width), (row - rows.start) * width);
  }
  return out;
}

/** Output pixels outside PAN, or more than one MS pixel outside MS, hold nothing. */
function markOutside(valid: Uint8Array, { rows, cols }: WindowSpans, scene: Scene): void {
  const width = cols.end - cols.start;
  const inside = (o: number, extent: Span, ratio: number, phase: number, size: number) => {
    if (o < extent.start || o >= extent.end) return false;
    const at = (o - phase) / ratio;
    return at >= -1.5 - 1e-6 && at <= size + 0.5 + 1e-6;
  };
  const { panExtent, ratio, phase, msHeight, msWidth } = scene;
  for (let row = rows.start; row < rows.end; row++) {
    if (inside(row, panExtent.rows, ratio.rows, phase.rows, msHeight)) continue;
    valid.fill(0, (row - rows.start) * width, (row - rows.start + 1) * width);
  }
  for (let col = cols.start; col < cols.end; col++) {
    if (inside(col, panExtent.cols, ratio.cols, phase.cols, msWidth)) continue;
    for (let i = col - cols.start; i < valid.length; i += width) valid[i] = 0;
  }
}

function markMissing(valid: Uint8Array, around: Patch, { rows, cols }: WindowSpans): void {
  const width = cols.end - cols.start;
  const mask = around.mask as Uint8Array;
  for (let i = 0; i < valid.length; i++) {
    const row = rows.start + Math.floor(i / width) - around.row;
    const col = cols.start + (i % width) - around.col;
    if (mask[row * around.width + col] === 0) valid[i] = 0;
  }
}

/** Every band of MS on the window by the scene's enlargement; `valid` loses what is unknown. */
export function enlargeBands(
  ms: Patch,
  { rows, cols }: WindowSpans,
  {
    scene,
    out,
    valid,
    buffers = new WindowBuffers(),
  }: { scene: Scene; out: FloatSamples; valid: Uint8Array; buffers?: WindowBuffers },
): FloatSamples {
  const pixels = valid.length;
  const size = ms.height * ms.width;
  const need = inputSpan(scene.enlarge.rows, rows);
  const skip = (need.start - ms.row) * ms.width;
  const height = need.end - need.start;
  const mask = ms.mask?.subarray(skip, skip + height * ms.width);
  const scratch = mask
    ? undefined
    : (buffers.floats('scratch', height * (cols.end - cols.start), 'float64') as Float64Array);
  for (let k = 0; k < ms.bands; k++) {
    const data = ms.data.subarray(k * size + skip, k * size + skip + height * ms.width);
    const band = { data, height, width: ms.width, row: need.start, col: ms.col };
    const target = { rows, cols, out: out.subarray(k * pixels, (k + 1) * pixels) as FloatSamples };
    if (mask) resampleMasked({ ...band, mask }, scene.enlarge, { ...target, valid });
    else resampleWindow(band, scene.enlarge, scratch ? { ...target, scratch } : target);
  }
  return out;
}

interface PadOptions {
  readonly rows: Span;
  readonly cols: Span;
  readonly extent: { readonly rows: Span; readonly cols: Span };
  readonly border: Border;
  readonly take: (length: number) => FloatSamples;
}

/** A region as floats over spans that may reach beyond its extent. */
function pad(
  { raster, row, col }: Region,
  { rows, cols, extent, border, take }: PadOptions,
): Patch {
  const height = rows.end - rows.start;
  const width = cols.end - cols.start;
  const size = raster.height * raster.width;
  const data = take(raster.bands * height * width);
  const colSize = extent.cols.end - extent.cols.start;
  const source = new Int32Array(width);
  for (let x = 0; x < width; x++) {
    const index = borderIndex(cols.start + x - extent.cols.start, colSize, border);
    source[x] = index + extent.cols.start - col;
  }
  // Columns inside the extent are copied as they lie; those beside it are looked up.
  const [begin, end] = [cols.start, cols.end].map((col) =>
    Math.min(
      width,
      Math.max(0, Math.min(extent.cols.end, Math.max(extent.cols.start, col)) - cols.start),
    ),
  );
  const mask = raster.mask?.includes(0) ? new Uint8Array(height * width) : undefined;
  for (let y = 0; y < height; y++) {
    const index = borderIndex(
      rows.start + y - extent.rows.start,
      extent.rows.end - extent.rows.start,
      border,
    );
    const from = (index + extent.rows.start - row) * raster.width;
    for (let k = 0; k < raster.bands; k++) {
      const start = k * size + from;
      const target = (k * height + y) * width;
      for (let x = 0; x < begin; x++) data[target + x] = raster.data[start + source[x]];
      if (end > begin) {
        const inner = start + source[begin];
        data.set(raster.data.subarray(inner, inner + end - begin), target + begin);
      }
      for (let x = end; x < width; x++) data[target + x] = raster.data[start + source[x]];
    }
    if (mask) {
      const known = raster.mask as Uint8Array;
      for (let x = 0; x < width; x++) mask[y * width + x] = known[from + source[x]];
    }
  }
  const head = { data, bands: raster.bands, row: rows.start, col: cols.start, height, width };
  return mask ? { ...head, mask } : head;
}
