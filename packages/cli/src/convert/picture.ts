/** A raster as a PNG for looking at: one band in gray or three as red, green, blue. */

import { InputError, type Raster, type RasterSource, type Samples } from '@bandweave/image';
import { writePng } from '@bandweave/io';
import type { RunOptions } from '@bandweave/pipeline';

/** Longest side of the picture; larger rasters are thinned out. */
const LONGEST = 8192;

/** Share of the pixels that may go to black, and to white. */
const CLIP = 0.02;

interface PictureOptions extends Required<RunOptions> {
  /** 0-based: one or three. */
  readonly bands?: readonly number[];
}

/**
 * Bytes are shown as they are; other types are stretched between the 2nd and 98th percentile of
 * each band. Empty pixels are transparent.
 */
export async function picture(
  source: RasterSource,
  output: string,
  { bands = shownBands(source), signal, onProgress }: PictureOptions,
): Promise<string> {
  if (bands.length !== 1 && bands.length !== 3) {
    throw new InputError(
      `--bands: expected one band or three for a PNG, got ${bands.length}; for example --bands 3,2,1.`,
    );
  }
  const raster = await readThinned(source, bands, { signal, onProgress });
  const { height, width, data, mask } = raster;
  const size = height * width;
  const pixels = new Uint8Array(size * 4);
  for (const channel of [0, 1, 2]) {
    const plane = data.subarray(...planeOf(bands.length === 3 ? channel : 0, size));
    const [low, high] = data instanceof Uint8Array ? [0, 255] : percentiles(plane, mask);
    const scale = 255 / Math.max(high - low, Number.MIN_VALUE);
    for (let i = 0; i < size; i++) {
      pixels[4 * i + channel] = Math.min(255, Math.max(0, Math.round((plane[i]! - low) * scale)));
    }
  }
  for (let i = 0; i < size; i++) pixels[4 * i + 3] = mask?.[i] === 0 ? 0 : 255;
  await writePng(output, { width, height, channels: 4, data: pixels });
  const drawn = bands.map((band) => band + 1).join(', ');
  return `${width} x ${height} pixels, band${bands.length > 1 ? 's' : ''} ${drawn}`;
}

function planeOf(index: number, size: number): [number, number] {
  return [index * size, (index + 1) * size];
}

/** By colour interpretation where the file says it, else the first three or the only one. */
function shownBands({ info }: RasterSource): number[] {
  const named = (['red', 'green', 'blue'] as const).map((color) => info.colors.indexOf(color));
  if (named.every((band) => band >= 0)) return named;
  return info.bands < 3 ? [0] : [0, 1, 2];
}

/** Every n-th pixel of every n-th row, so that the longest side fits. */
async function readThinned(
  source: RasterSource,
  bands: readonly number[],
  { signal, onProgress }: Pick<Required<RunOptions>, 'signal' | 'onProgress'>,
): Promise<Raster> {
  const { height, width } = source.info;
  const step = Math.max(1, Math.ceil(Math.max(height, width) / LONGEST));
  if (step === 1) return source.read({ row: 0, col: 0, height, width }, { bands, signal });
  const rows = Math.ceil(height / step);
  const cols = Math.ceil(width / step);
  const out = new Float64Array(bands.length * rows * cols);
  const mask = new Uint8Array(rows * cols).fill(1);
  for (let y = 0; y < rows; y++) {
    signal.throwIfAborted();
    const line = await source.read({ row: y * step, col: 0, height: 1, width }, { bands, signal });
    for (let x = 0; x < cols; x++) {
      if (line.mask?.[x * step] === 0) mask[y * cols + x] = 0;
      for (let band = 0; band < bands.length; band++) {
        out[(band * rows + y) * cols + x] = line.data[band * width + x * step]!;
      }
    }
    onProgress({ stage: 'convert', done: y + 1, total: rows });
  }
  return { bands: bands.length, height: rows, width: cols, data: out, mask };
}

/** Of the valid, finite samples; at most about a million of them are looked at. */
function percentiles(plane: Samples, mask: Uint8Array | undefined): [number, number] {
  const step = Math.max(1, Math.floor(plane.length / 1_000_000));
  const values: number[] = [];
  for (let i = 0; i < plane.length; i += step) {
    if (mask?.[i] !== 0 && Number.isFinite(plane[i])) values.push(plane[i]!);
  }
  if (values.length === 0) return [0, 1];
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at(CLIP), at(1 - CLIP)];
}
