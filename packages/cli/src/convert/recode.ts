/** A raster written anew, window by window: other format, storage, type, bands or nodata. */

import {
  allocate,
  DATA_TYPES,
  type DataType,
  InputError,
  type Raster,
  type RasterInfo,
  type RasterSource,
  type Window,
} from '@bandweave/image';
import { type CreateOptions, createRaster } from '@bandweave/io';
import type { RunOptions } from '@bandweave/pipeline';

export interface RecodeOptions extends CreateOptions {
  readonly dataType?: DataType;
  /** 0-based, in the order wanted. */
  readonly bands?: readonly number[];
  /** Replaces the file's; 'none' leaves it out. */
  readonly nodata?: number | 'none';
}

/** Side of the windows, a multiple of every tile size that divides 1024. */
const SIDE = 1024;

/** Writes the whole file or leaves nothing under its name. */
export async function recode(
  source: RasterSource,
  output: string,
  { dataType, bands, nodata, ...write }: RecodeOptions,
  { signal, onProgress }: Required<RunOptions>,
): Promise<RasterInfo> {
  const info = newInfo(source, {
    ...(dataType ? { dataType } : {}),
    bands: bands ?? allOf(source),
    nodata,
  });
  const convert = converter(source, info);
  const sink = await createRaster(output, info, write);
  try {
    const windows = [...windowsOf(info)];
    for (const [done, window] of windows.entries()) {
      signal.throwIfAborted();
      onProgress({ stage: 'convert', done, total: windows.length });
      const raster = await source.read(window, { bands: bands ?? allOf(source), signal });
      await sink.write(window, convert(raster));
    }
    await sink.finish();
    onProgress({ stage: 'convert', done: windows.length, total: windows.length });
    return info;
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function allOf({ info }: RasterSource): number[] {
  return Array.from({ length: info.bands }, (_, band) => band);
}

function* windowsOf({ height, width }: RasterInfo): Generator<Window> {
  for (let row = 0; row < height; row += SIDE) {
    for (let col = 0; col < width; col += SIDE) {
      yield { row, col, height: Math.min(SIDE, height - row), width: Math.min(SIDE, width - col) };
    }
  }
}

interface Wanted {
  readonly dataType?: DataType;
  readonly bands: readonly number[];
  readonly nodata: number | 'none' | undefined;
}

function newInfo({ name, info }: RasterSource, { dataType, bands, nodata }: Wanted): RasterInfo {
  for (const band of bands) {
    if (band < info.bands) continue;
    throw new InputError(
      `--bands: expected bands 1 to ${info.bands} of ${name}, got ${band + 1}; see bandweave info.`,
    );
  }
  const { nodata: old, bits, ...rest } = info;
  const type = dataType ?? info.dataType;
  const value = nodata === 'none' ? undefined : (nodata ?? old);
  const empty =
    nodata === 'none'
      ? ('none' as const)
      : nodata === undefined
        ? info.maskKind
        : ('nodata' as const);
  if (value !== undefined) checkHolds(type, value);
  return {
    ...rest,
    dataType: type,
    maskKind: empty,
    bands: bands.length,
    bandNames: bands.map((band) => info.bandNames[band] ?? ''),
    colors: bands.map((band) => info.colors[band] ?? 'undefined'),
    ...(info.wavelengths ? { wavelengths: bands.map((band) => info.wavelengths![band]!) } : {}),
    ...(info.bandWidths ? { bandWidths: bands.map((band) => info.bandWidths![band]!) } : {}),
    ...(info.goodBands ? { goodBands: bands.map((band) => info.goodBands![band]!) } : {}),
    ...(info.scales ? { scales: bands.map((band) => info.scales![band]!) } : {}),
    ...(info.offsets ? { offsets: bands.map((band) => info.offsets![band]!) } : {}),
    ...(value === undefined ? {} : { nodata: value }),
    ...(bits !== undefined && type === info.dataType ? { bits } : {}),
  };
}

function checkHolds(type: DataType, nodata: number): void {
  const { kind, min, max } = DATA_TYPES[type];
  if (kind === 'float' || (Number.isInteger(nodata) && nodata >= min && nodata <= max)) return;
  throw new InputError(
    `--nodata: expected a value that ${type} can hold (${min} to ${max}), got ${nodata}; choose one, or --nodata none.`,
  );
}

/** Samples in the new type: rounded and clamped; empty pixels get the new nodata value. */
function converter(source: RasterSource, info: RasterInfo): (raster: Raster) => Raster {
  const { dataType, nodata } = info;
  const { kind, min, max } = DATA_TYPES[dataType];
  const same = dataType === source.info.dataType;
  const refill = nodata !== undefined && !Object.is(nodata, source.info.nodata);
  if (same && !refill) return (raster) => raster;
  return (raster) => {
    const { data, mask, height, width } = raster;
    const size = height * width;
    const out = allocate(dataType, data.length);
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (nodata !== undefined && mask?.[i % size] === 0) out[i] = nodata;
      else out[i] = kind === 'float' ? value : Math.min(max, Math.max(min, Math.round(value)));
    }
    return { ...raster, data: out };
  };
}
