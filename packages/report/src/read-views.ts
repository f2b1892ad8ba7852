/** Reads what a page needs of an open raster, strip by strip: memory does not grow with the scene. */

import type { Raster, RasterSource, Window } from '@bandweave/image';
import type { AxisPlace, Place } from './placement.js';
import { blockMeans, everyNth, type Views } from './views.js';

export interface ViewRequest {
  /** Size of the fused scene. */
  readonly height: number;
  readonly width: number;
  /** Pixels to one of the whole view. */
  readonly step: number;
  readonly bands: readonly number[];
  readonly place: Place;
  readonly signal?: AbortSignal | undefined;
}

/** Samples that a strip may hold: 32 MB in float32. */
const STRIP_SAMPLES = 8e6;

/** Whole and sample view of a raster whose pixels are as large as the fused scene's. */
export async function readReduced(
  source: RasterSource,
  request: ViewRequest,
): Promise<Pick<Views, 'whole' | 'sample'>> {
  const { height, width, step, bands } = request;
  const perRow = width * bands.length;
  const rows = step * Math.max(1, Math.floor(STRIP_SAMPLES / perRow / step));
  const wholes: Raster[] = [];
  const samples: Raster[] = [];
  for (let row = 0; row < height; row += rows) {
    const window = { row, col: 0, height: Math.min(rows, height - row), width };
    const strip = await readPlaced(source, window, request);
    wholes.push(blockMeans(strip, step));
    samples.push(everyNth(strip, step));
  }
  return { whole: stackRows(wholes), sample: stackRows(samples) };
}

/** A window of the fused scene from a raster of equal pixel size; masked where it does not reach. */
export async function readPlaced(
  source: RasterSource,
  window: Window,
  { bands, place, signal }: Pick<ViewRequest, 'bands' | 'place' | 'signal'>,
): Promise<Raster<Float32Array>> {
  const { height, width } = window;
  const top = window.row + Math.round(place.rows.shift);
  const left = window.col + Math.round(place.cols.shift);
  const row0 = Math.max(0, top);
  const col0 = Math.max(0, left);
  const part = {
    row: row0,
    col: col0,
    height: Math.min(source.info.height, top + height) - row0,
    width: Math.min(source.info.width, left + width) - col0,
  };
  const data = new Float32Array(bands.length * height * width);
  const mask = new Uint8Array(height * width);
  const out = { bands: bands.length, height, width, data, mask };
  if (part.height <= 0 || part.width <= 0) return out;
  const read = await source.read(part, { bands, ...(signal ? { signal } : {}) });
  for (let r = 0; r < part.height; r++) {
    const to = (r + row0 - top) * width + col0 - left;
    for (let b = 0; b < bands.length; b++) {
      const from = (b * part.height + r) * part.width;
      data.set(read.data.subarray(from, from + part.width), b * height * width + to);
    }
    if (read.mask) mask.set(read.mask.subarray(r * part.width, (r + 1) * part.width), to);
    else mask.fill(1, to, to + part.width);
  }
  return out;
}

/** Positions of the fused scene, in its pixels from the outer corner. */
export interface Positions {
  readonly rows: readonly number[];
  readonly cols: readonly number[];
}

/**
 * Bilinear samples of a coarser raster at positions of the fused scene, edges replicated; masked
 * where the nearest pixel is, or lies outside.
 */
export async function readEnlarged(
  source: RasterSource,
  { rows, cols }: Positions,
  { bands, place, signal }: Pick<ViewRequest, 'bands' | 'place' | 'signal'>,
): Promise<Raster<Float32Array>> {
  const [height, width] = [rows.length, cols.length];
  const data = new Float32Array(bands.length * height * width);
  const mask = new Uint8Array(height * width);
  const across = cols.map((x) => neighbours(x, place.cols, source.info.width));
  const [colFrom, colTo] = reach(across);
  const strip = 64;
  for (let top = 0; top < height; top += strip) {
    const down = rows
      .slice(top, top + strip)
      .map((y) => neighbours(y, place.rows, source.info.height));
    const [rowFrom, rowTo] = reach(down);
    const window = {
      row: rowFrom,
      col: colFrom,
      height: rowTo - rowFrom + 1,
      width: colTo - colFrom + 1,
    };
    const part = await source.read(window, { bands, ...(signal ? { signal } : {}) });
    const size = part.height * part.width;
    for (let r = 0; r < down.length; r++) {
      const v = down[r]!;
      const upper = (v.first - rowFrom) * part.width;
      const lower = (v.second - rowFrom) * part.width;
      const near = v.share < 0.5 ? upper : lower;
      for (let c = 0; c < width; c++) {
        const u = across[c]!;
        const [left, right] = [u.first - colFrom, u.second - colFrom];
        const to = (top + r) * width + c;
        const inside = v.inside && u.inside;
        mask[to] = inside ? (part.mask?.[near + (u.share < 0.5 ? left : right)] ?? 1) : 0;
        for (let b = 0; b < bands.length; b++) {
          const at = b * size;
          const p = part.data[at + upper + left]!;
          const q = part.data[at + lower + left]!;
          const above = p + (part.data[at + upper + right]! - p) * u.share;
          const below = q + (part.data[at + lower + right]! - q) * u.share;
          data[b * height * width + to] = above + (below - above) * v.share;
        }
      }
    }
  }
  return { bands: bands.length, height, width, data, mask };
}

function neighbours(position: number, { scale, shift }: AxisPlace, size: number) {
  const at = scale * position + shift - 0.5;
  const low = Math.floor(at);
  const hold = (i: number) => Math.min(size - 1, Math.max(0, i));
  return {
    first: hold(low),
    second: hold(low + 1),
    share: at - low,
    inside: at >= -0.5 - 1e-6 && at <= size - 0.5 + 1e-6,
  };
}

function reach(list: readonly { first: number; second: number }[]): [number, number] {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const { first, second } of list) {
    from = Math.min(from, first);
    to = Math.max(to, second);
  }
  return [from, to];
}

/** Positions of the whole view, `times` to a pixel on each axis so that their means do not alias. */
export function viewPositions(
  { height, width, step }: Pick<ViewRequest, 'height' | 'width' | 'step'>,
  times = 1,
): Positions {
  const along = (size: number) =>
    Array.from({ length: Math.ceil(size / step) * times }, (_, i) =>
      Math.min(size - 0.5, ((i + 0.5) * step) / times),
    );
  return { rows: along(height), cols: along(width) };
}

/** Rasters of one width and band count, one below the other. */
export function stackRows(parts: readonly Raster[]): Raster {
  const { bands, width } = parts[0]!;
  const height = parts.reduce((sum, part) => sum + part.height, 0);
  const data = new Float32Array(bands * height * width);
  const mask = new Uint8Array(height * width).fill(1);
  let row = 0;
  for (const part of parts) {
    const size = part.height * width;
    for (let b = 0; b < bands; b++) {
      data.set(part.data.subarray(b * size, (b + 1) * size), (b * height + row) * width);
    }
    if (part.mask) mask.set(part.mask, row * width);
    row += part.height;
  }
  return { bands, height, width, data, mask };
}
