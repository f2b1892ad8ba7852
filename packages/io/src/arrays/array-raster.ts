/** One image out of a file of named arrays, read by windows. */

import { allocate, InputError, type RasterInfo, type RasterSource } from '@bandweave/image';
import { checkAmount, checkBands, checkWindow } from '../windows.js';
import { type Axes, findAxes, type Layout } from './axes.js';
import type { ArrayFile, NamedArray } from './named-array.js';

/** What the name on the command line says besides the path. */
export interface ArrayChoice {
  readonly array?: string;
  /** 0-based, where the array holds several images. */
  readonly index?: number;
  readonly layout?: Layout;
}

/** Larger sides are damage, not data. */
const MOST_SIDE = 2 ** 31 - 1;

/**
 * The image as a raster. Without a name the only array that can be one is taken.
 *
 * @throws InputError in one line that lists the arrays where the choice is open or wrong
 */
export function arrayRaster(
  name: string,
  file: ArrayFile,
  { array: wanted, index, layout }: ArrayChoice,
): RasterSource {
  const array = chooseArray(name, file, wanted);
  const usual = file.driver.startsWith('MAT') ? 'last' : 'first';
  const axes = findAxes(name, array.shape, { layout, usual });
  const image = chooseImage(name, array, axes, index);
  const height = array.shape[axes.row];
  const width = array.shape[axes.col];
  const bands = axes.band === undefined ? 1 : array.shape[axes.band];
  if (Math.max(height, width, bands) > MOST_SIDE || Math.min(height, width, bands) < 1) {
    throw new InputError(
      `${name}: expected an image with at least one pixel, got shape ${array.shape.join(' x ')}; see bandweave info.`,
    );
  }
  const info: RasterInfo = {
    width,
    height,
    bands,
    dataType: array.dataType,
    maskKind: 'none',
    bandNames: Array.from({ length: bands }, () => ''),
    colors: Array.from({ length: bands }, () => 'undefined' as const),
    blockSize: [1, width],
    areaOrPoint: 'area',
    metadata: file.metadata,
  };
  return {
    name,
    info,
    async read(window, options = {}) {
      checkWindow(name, info, window);
      const chosen = checkBands(name, info, options.bands);
      checkAmount(name, window, chosen.length);
      const plane = window.height * window.width;
      const data = allocate(array.dataType, chosen.length * plane);
      const strides = array.shape.map((_, d) =>
        d === axes.band ? plane : d === axes.row ? window.width : d === axes.col ? 1 : 0,
      );
      for (const { first, count, at } of runsOf(chosen)) {
        const box = (band: number, row: number, col: number, picked: number) =>
          array.shape.map((_, d) =>
            d === axes.band ? band : d === axes.row ? row : d === axes.col ? col : picked,
          );
        await array.read(
          {
            start: box(first, window.row, window.col, image),
            count: box(count, window.height, window.width, 1),
          },
          { data, offset: at * plane, strides },
          options.signal,
        );
      }
      return { bands: chosen.length, height: window.height, width: window.width, data };
    },
    close: () => file.close(),
  };
}

/** Neighbouring bands are read together. */
function runsOf(bands: readonly number[]): { first: number; count: number; at: number }[] {
  const runs: { first: number; count: number; at: number }[] = [];
  for (const [at, band] of bands.entries()) {
    const last = runs.at(-1);
    if (last && last.first + last.count === band) last.count++;
    else runs.push({ first: band, count: 1, at });
  }
  return runs;
}

function chooseArray(name: string, file: ArrayFile, wanted: string | undefined): NamedArray {
  const { arrays, passedOver } = file;
  const list = () => arrays.map((a) => `${a.name} (${a.shape.join(' x ')})`).join(', ') || 'none';
  if (wanted !== undefined) {
    const found = arrays.find((a) => a.name === wanted);
    if (found && found.shape.length >= 2 && found.shape.length <= 4) return found;
    const why = passedOver.find((other) => other.name === wanted)?.reason;
    throw new InputError(
      `${name}: expected an array of 2 to 4 dimensions, got array=${wanted}${why ? `, ${why}` : ''}; the file has ${list()}.`,
    );
  }
  const images = arrays.filter(
    ({ shape }) => shape.length >= 2 && shape.length <= 4 && shape.filter((n) => n > 1).length >= 2,
  );
  if (images.length === 1) return images[0];
  if (images.length === 0) {
    const others = passedOver.map((other) => `${other.name} is ${other.reason}`).join(', ');
    throw new InputError(
      `${name}: expected an array of 2 to 4 dimensions, got ${list()}${others ? `; ${others}` : ''}; see bandweave info.`,
    );
  }
  throw new InputError(
    `${name}: expected one image, got ${images.length} arrays: ${list()}; name one as FILE,array=${images[0].name}.`,
  );
}

function chooseImage(
  name: string,
  { name: array, shape }: NamedArray,
  axes: Axes,
  index: number | undefined,
): number {
  const images = axes.image === undefined ? 1 : shape[axes.image];
  if (index === undefined && images === 1) return 0;
  if (index !== undefined && index < images) return index;
  throw new InputError(
    `${name}: expected index=0 to index=${images - 1}, since ${array} holds ${images} image${images === 1 ? '' : 's'}, got ${index ?? 'none'}; name one as FILE,array=${array},index=0.`,
  );
}
