/** A raster written uncompressed, its dimensions in any order: ENVI, NPY and MAT v5. */

import {
  allocate,
  dataTypeOf,
  InputError,
  type Raster,
  type RasterInfo,
  type RasterSink,
} from '@bandweave/image';
import { checkWindow } from '../windows.js';
import { type ByteOrder, bytesOf } from './byte-order.js';
import { gather } from './gather.js';
import { temporaryFile } from './temporary-file.js';

/** Samples between neighbouring bands, rows and columns. */
export interface RasterStrides {
  readonly band: number;
  readonly row: number;
  readonly col: number;
}

export interface StridedFile {
  /** What stands before the samples. */
  readonly head: Uint8Array;
  /** What stands behind them. */
  readonly tail?: Uint8Array;
  readonly strides: RasterStrides;
  readonly order: ByteOrder;
  /** Called before the file gets its name: for what lies beside it. */
  readonly beforeFinish?: () => Promise<void>;
}

/** Starts the file; it has its final name when `finish` returns. Unwritten pixels are nodata or 0. */
export async function stridedSink(
  path: string,
  info: RasterInfo,
  { head, tail = new Uint8Array(), strides, order, beforeFinish }: StridedFile,
): Promise<RasterSink> {
  const { bands, height, width, dataType } = info;
  const file = await temporaryFile(path);
  const bytesEach = allocate(dataType, 0).BYTES_PER_ELEMENT;
  const whole = bands * height * width * bytesEach;
  const start = async () => {
    await file.handle.truncate(head.length + whole);
    await file.write(head, 0);
    await file.write(tail, head.length + whole);
    if (info.nodata !== undefined && info.nodata !== 0) await fillWith(info.nodata);
  };
  const fillWith = async (nodata: number) => {
    const block = allocate(dataType, Math.min(bands * height * width, 1 << 20)).fill(nodata);
    const bytes = bytesOf(block, order);
    for (let at = 0; at < whole; at += bytes.length) {
      await file.write(bytes.subarray(0, Math.min(bytes.length, whole - at)), head.length + at);
    }
  };
  await start().catch(async (error) => {
    await file.abort();
    throw error;
  });

  /** Dimensions from the slowest to the fastest: [step, size in the file]. */
  const axes = (
    [
      ['band', bands],
      ['row', height],
      ['col', width],
    ] as const
  )
    .map(([axis, size]) => ({ axis, step: strides[axis], size }))
    .sort((a, b) => b.step - a.step || b.size - a.size);

  const write = async (
    window: { row: number; col: number; height: number; width: number },
    raster: Raster,
  ) => {
    checkWindow(path, info, window);
    if (dataTypeOf(raster.data) !== dataType || raster.bands !== bands) {
      throw new InputError(
        `${path}: expected ${bands} bands of ${dataType}, got ${raster.bands} of ${dataTypeOf(raster.data)}; convert the window first.`,
      );
    }
    const count = { band: bands, row: window.height, col: window.width };
    const first = { band: 0, row: window.row, col: window.col };
    const own = { band: window.height * window.width, row: window.width, col: 1 };
    // Runs go on over the dimensions that the window spans whole.
    let level = 2;
    while (level > 0 && count[axes[level].axis] === axes[level].size) level--;
    const outer = axes.slice(0, level);
    const inner = axes.slice(level);
    const run = allocate(
      dataType,
      inner.reduce((size, { axis }) => size * count[axis], 1),
    );
    const packed = inner.map((_, k) =>
      inner.slice(k + 1).reduce((n, { axis }) => n * count[axis], 1),
    );
    const steps = outer.map(() => 0);
    for (;;) {
      let at = axes.reduce((sum, { axis, step }) => sum + first[axis] * step, 0);
      let from = 0;
      outer.forEach(({ axis, step }, k) => {
        at += steps[k] * step;
        from += steps[k] * own[axis];
      });
      gather(
        inner.map(({ axis }) => count[axis]),
        { data: raster.data, offset: from, strides: inner.map(({ axis }) => own[axis]) },
        { data: run, offset: 0, strides: packed },
      );
      await file.write(bytesOf(run, order), head.length + at * bytesEach);
      let k = outer.length - 1;
      while (k >= 0 && ++steps[k] === count[outer[k].axis]) steps[k--] = 0;
      if (k < 0) return;
    }
  };
  return {
    name: path,
    info,
    write,
    async finish() {
      await beforeFinish?.();
      await file.finish();
    },
    abort: () => file.abort(),
  };
}
