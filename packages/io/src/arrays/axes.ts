/** Which dimension of an array is bands, rows and columns, and which of several images is meant. */

import { InputError } from '@bandweave/image';

/** Dimensions by letter: n images, c bands, h rows, w columns; such as 'chw', 'hwc', 'nchw'. */
export type Layout = string;

export interface Axes {
  /** Index of the dimension; absent where the array has one band. */
  readonly band?: number;
  readonly row: number;
  readonly col: number;
  /** Index of the dimension that counts images. */
  readonly image?: number;
}

interface AxesOptions {
  readonly layout?: Layout | undefined;
  /** Where bands stand when sizes do not tell. */
  readonly usual: 'first' | 'last';
}

/**
 * Two dimensions are rows and columns. Of three the shortest is bands (a tie goes to `usual`), of
 * four the outermost counts images, unless a layout says otherwise.
 *
 * @throws InputError where the layout does not fit the shape
 */
export function findAxes(
  name: string,
  shape: readonly number[],
  { layout, usual }: AxesOptions,
): Axes {
  if (layout !== undefined) return named(name, shape, layout);
  if (shape.length === 2) return { row: 0, col: 1 };
  if (shape.length === 3) return cubeAxes(shape, usual);
  const last = usual === 'last';
  const { band, row, col } = cubeAxes(last ? shape.slice(0, 3) : shape.slice(1), usual);
  const by = last ? 0 : 1;
  return { band: (band ?? 0) + by, row: row + by, col: col + by, image: last ? 3 : 0 };
}

function cubeAxes(shape: readonly number[], usual: 'first' | 'last'): Axes {
  const [first, middle, last] = shape;
  const ends = first === last ? usual : first < last ? 'first' : 'last';
  const shortest = Math.min(first, last) <= middle ? ends : usual;
  return shortest === 'first' ? { band: 0, row: 1, col: 2 } : { band: 2, row: 0, col: 1 };
}

function named(name: string, shape: readonly number[], layout: string): Axes {
  const letters = [...layout];
  const at = (letter: string) => letters.indexOf(letter);
  const sound =
    letters.length === shape.length &&
    new Set(letters).size === letters.length &&
    letters.every((letter) => 'nchw'.includes(letter)) &&
    at('h') >= 0 &&
    at('w') >= 0;
  if (!sound) {
    throw new InputError(
      `${name}: expected a layout of ${shape.length} letters out of n (images), c (bands), h (rows), w (columns) for shape ${shape.join(' x ')}, got layout=${layout}; for example layout=${['', '', 'hw', 'chw', 'nchw'][shape.length] ?? 'chw'}.`,
    );
  }
  return {
    row: at('h'),
    col: at('w'),
    ...(at('c') >= 0 ? { band: at('c') } : {}),
    ...(at('n') >= 0 ? { image: at('n') } : {}),
  };
}
