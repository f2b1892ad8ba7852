/** The output from top to bottom: rows of windows blended into strips, which are written as they get final. */

import { allocate, bandPlane, DATA_TYPES, type Raster } from '@bandweave/image';
import { addBlended, type Layout } from '../blend.js';
import { quantiseInto } from '../quantise.js';
import type { Target } from '../restore/target.js';
import { CLASSICAL_REACH, enlargeClassical } from './enlarge-classical.js';
import type { UpscaleOptions } from './upscale-options.js';
import { type Work, windowValues } from './window-values.js';

export interface Layouts {
  readonly rows: Layout;
  readonly cols: Layout;
}

interface StripWork extends Work {
  readonly layout: Layouts;
  readonly target: Target;
}

/** Rows of windows from top to bottom; what no later row reaches is written after each. */
export async function writeStrips(
  work: StripWork,
  { signal, onProgress }: UpscaleOptions,
): Promise<void> {
  const { info, enlarging, groups, layout } = work;
  const { rows, cols } = layout;
  const total = rows.starts.length * cols.starts.length * groups.length;
  let done = 0;
  const tell = () => onProgress?.({ stage: enlarging.method, done, total });
  tell();
  const tall = Math.min(rows.length, info.height);
  const pixels = tall * info.width;
  const sums = new Float32Array(info.bands * pixels);
  const shares = new Float32Array(pixels);
  let top = 0;
  for (const [r, start] of rows.starts.entries()) {
    const end = Math.min(start + tall, info.height);
    const area = {
      rows: { start: top, end: top + tall },
      cols: { start: 0, end: info.width },
    };
    for (const left of cols.starts) {
      const window = {
        rows: { start, end },
        cols: { start: left, end: Math.min(left + cols.length, info.width) },
      };
      const values = await windowValues(
        work,
        window,
        async () => {
          done++;
          tell();
          signal?.throwIfAborted();
        },
        signal,
      );
      addBlended(values, window, { area, layout, sums, shares });
    }
    const next = rows.starts[r + 1] ?? info.height;
    await writeStrip(work, { top, height: next - top, tall, sums, shares }, signal);
    shiftUp({ sums, shares, rows: next - top, tall, width: info.width });
    top = next;
  }
}

interface Strip {
  /** Of the output's rows that the sums begin with, and those that are final. */
  readonly top: number;
  readonly height: number;
  readonly tall: number;
  readonly sums: Float32Array;
  readonly shares: Float32Array;
}

/** The final rows in the output's type, with alpha by bicubic and empty pixels as they were. */
async function writeStrip(
  { source, info, enlarging, target }: StripWork,
  { top, height, tall, sums, shares }: Strip,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { scale } = enlarging;
  const { width, bands } = info;
  const first = Math.max(0, Math.floor(top / scale) - CLASSICAL_REACH);
  const last = Math.min(source.info.height, Math.ceil((top + height) / scale) + CLASSICAL_REACH);
  const alpha = info.colors.indexOf('alpha');
  const needed = alpha >= 0 || info.maskKind !== 'none';
  const window = { row: first, col: 0, height: last - first, width: source.info.width };
  const small = needed ? await source.read(window, signal ? { signal } : {}) : undefined;
  const size = height * width;
  const values = new Float32Array(bands * size);
  for (let band = 0; band < bands; band++) {
    const from = sums.subarray(band * tall * width, band * tall * width + size);
    const to = values.subarray(band * size, (band + 1) * size);
    for (let i = 0; i < size; i++) to[i] = from[i] / shares[i];
  }
  const offset = (top - first * scale) * width;
  if (small && alpha >= 0) {
    const plane = bandPlane(small, alpha).data;
    const large = enlargeClassical({ ...small, bands: 1, data: plane }, scale);
    values.set(large.data.subarray(offset, offset + size), alpha * size);
  }
  const mask =
    info.maskKind === 'alpha'
      ? undefined
      : small?.mask && maskOf(small, { scale, first, top, height });
  const data = allocate(info.dataType, bands * size);
  quantiseInto({ data, height, width, row: 0, col: 0 }, values, {
    dataType: info.dataType,
    ...(info.bits !== undefined && DATA_TYPES[info.dataType].kind === 'unsigned'
      ? { bitDepth: info.bits }
      : {}),
    ...(info.nodata === undefined || info.maskKind !== 'nodata' ? {} : { nodata: info.nodata }),
    ...(mask ? { mask } : {}),
    bands: Array.from({ length: bands }, (_, band) => band),
    height,
    width,
  });
  const strip = { bands, height, width, data, ...(mask ? { mask } : {}) };
  await target.write({ row: top, col: 0, height, width }, strip);
}

/** Each empty pixel makes scale x scale empty ones. */
function maskOf(
  { width: narrow, mask }: Raster,
  { scale, first, top, height }: { scale: number; first: number; top: number; height: number },
): Uint8Array {
  const width = narrow * scale;
  const out = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = (Math.floor((top + y) / scale) - first) * narrow;
    for (let x = 0; x < width; x++) out[y * width + x] = mask![from + Math.floor(x / scale)];
  }
  return out;
}

/** Moves what is not final to the top and clears the rest. */
function shiftUp({
  sums,
  shares,
  rows,
  tall,
  width,
}: {
  sums: Float32Array;
  shares: Float32Array;
  rows: number;
  tall: number;
  width: number;
}): void {
  const size = tall * width;
  for (const planes of [sums, shares]) {
    for (let from = 0; from < planes.length; from += size) {
      const plane = planes.subarray(from, from + size);
      plane.copyWithin(0, rows * width);
      plane.fill(0, Math.max(0, size - rows * width));
    }
  }
}
