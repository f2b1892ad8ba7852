/** Pictures to train super-resolution on: files, or all pictures of folders. */

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DATA_TYPES, InputError, type RasterSource } from '@bandweave/image';
import { pictureScene, type TrainingScene } from '@bandweave/training';
import { withRasters } from '../with-rasters.js';
import { type ReadScenesOptions, rightsBeside } from './read-scenes.js';

const PICTURE = /\.(png|jpe?g|tiff?)$/i;
const DEFAULT_SCALE = 2;
/** Pixels that are held at once, over all pictures. */
const MOST_PIXELS = 2 ** 28;

/**
 * Every picture under the paths, in memory: the first three bands that are colours unless `bands`
 * says which; `ratio` is the scale, 2 by default.
 *
 * @throws InputError where a path holds none, or a picture lacks a band
 */
export async function readPictureScenes(
  paths: readonly string[],
  options: ReadScenesOptions = {},
): Promise<TrainingScene[]> {
  const files = (await Promise.all(paths.map(picturesUnder))).flat();
  const scenes: TrainingScene[] = [];
  let pixels = 0;
  for (const [done, file] of files.entries()) {
    options.signal?.throwIfAborted();
    options.onProgress?.({ stage: 'read', done, total: files.length });
    const rights = await rightsBeside(join(file, '..'));
    await withRasters([file], async ([source]) => {
      const { height, width } = source.info;
      pixels += height * width;
      if (pixels > MOST_PIXELS) {
        throw new InputError(
          `${file}: expected at most ${MOST_PIXELS} pixels over all pictures, got ${pixels} with this one; train on fewer.`,
        );
      }
      const bands = wantedBands(source, options.bands);
      const picture = await source.read({ row: 0, col: 0, height, width }, { bands });
      scenes.push(
        pictureScene({
          name: basename(file),
          picture,
          ratio: options.ratio ?? DEFAULT_SCALE,
          scale: fullScale(source, options.bitDepth),
          ...(rights === undefined ? {} : { rights }),
        }),
      );
    });
  }
  options.onProgress?.({ stage: 'read', done: files.length, total: files.length });
  return scenes;
}

async function picturesUnder(path: string): Promise<string[]> {
  const kind = await stat(path).catch(() => undefined);
  if (!kind) {
    throw new InputError(`${path}: expected a folder or a picture, got nothing; check the path.`);
  }
  if (!kind.isDirectory()) return [path];
  const inside = (await readdir(path)).filter((name) => PICTURE.test(name)).sort();
  if (inside.length > 0) return inside.map((name) => join(path, name));
  throw new InputError(
    `${path}: expected pictures (.png, .jpg, .tif), got a folder without any; name another.`,
  );
}

function wantedBands({ name, info }: RasterSource, asked: readonly number[] | undefined) {
  const colours = Array.from({ length: info.bands }, (_, band) => band).filter(
    (band) => info.colors[band] !== 'alpha',
  );
  const wanted = asked?.map((band) => band - 1) ?? colours.slice(0, 3);
  const missing = wanted.find((band) => band >= info.bands);
  if (missing === undefined) return wanted;
  throw new InputError(
    `--bands: expected bands up to ${info.bands} of ${name}, got ${missing + 1}.`,
  );
}

function fullScale({ info }: RasterSource, given: number | undefined): number {
  const { kind, max } = DATA_TYPES[info.dataType];
  if (kind === 'float') return 1;
  const bits = given ?? info.bits;
  return bits === undefined ? max : 2 ** bits - 1;
}
