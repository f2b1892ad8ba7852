/**
 * Training files of many patches, as PanCollection (Deng et al. 2022) has them: HDF5 or MAT v7.3
 * with `gt` [images, bands, h, w], `pan` [images, 1, h, w] and `ms` [images, bands, h / r, w / r].
 */

import { basename, dirname } from 'node:path';
import { InputError } from '@bandweave/image';
import { listArrays } from '@bandweave/io';
import type { FoundPair } from './find-pairs.js';

/** More say little more, and all are kept in memory. */
const MOST_PATCHES = 1000;

/**
 * Every patch as a reduced pair, `gt` its reference; of many, some at even steps. MS is made of
 * `gt` anew, as in all training sets. Undefined for other files.
 *
 * @throws InputError where `pan` or `ms` do not fit `gt`
 */
export async function patchesIn(path: string): Promise<FoundPair[] | undefined> {
  if (!/\.(h5|hdf5|mat)$/i.test(path)) return undefined;
  const arrays = (await listArrays(path))?.arrays ?? [];
  const shapeOf = (name: string) => arrays.find((one) => one.name === name)?.shape;
  const [gt, pan, ms] = [shapeOf('gt'), shapeOf('pan'), shapeOf('ms')];
  if (!gt || !pan) return undefined;
  const [count, , height, width] = gt;
  const fits = gt.length === 4 && pan.length === 4 && pan[0] === count && pan[1] === 1;
  if (!fits || pan[2] !== height || pan[3] !== width) {
    throw new InputError(
      `${path}: expected gt of [images, bands, h, w] and pan of [images, 1, h, w], got [${gt}] and [${pan}]; name the files themselves.`,
    );
  }
  const ratio = ms && ms.length === 4 && ms[2] ? height / ms[2] : undefined;
  if (ratio !== undefined && !(Number.isInteger(ratio) && ratio > 1)) {
    throw new InputError(
      `${path}: expected ms a whole number of times smaller than gt, got [${ms}] and [${gt}].`,
    );
  }
  const kept = Math.min(count, MOST_PATCHES);
  const name = basename(path).replace(/\.[^.]+$/, '');
  return Array.from({ length: kept }, (_, i): FoundPair => {
    const index = Math.floor((i * count) / kept);
    return {
      name: `${name}[${index}]`,
      ms: `${path},array=gt,index=${index}`,
      pan: `${path},array=pan,index=${index}`,
      kind: 'reduced',
      folder: dirname(path),
      ...(ratio === undefined ? {} : { ratio }),
    };
  });
}
