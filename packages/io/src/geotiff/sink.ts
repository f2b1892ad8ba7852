/** A GeoTIFF that is written window by window and takes its name when it is whole. */

import { rename, rm, stat } from 'node:fs/promises';
import {
  dataTypeOf,
  InputError,
  type Raster,
  type RasterInfo,
  type RasterSink,
  type Window,
} from '@bandweave/image';
import { checkWindow } from '../windows.js';
import { BlockStore, cannotWrite } from './block-store.js';
import { fillValue } from './fill-value.js';
import { finishCog, finishPlain } from './finish.js';
import { InFlight } from './in-flight.js';
import { Journal, journalName, readJournal } from './journal.js';
import { type Level, type LevelWriter, levelWriter, makeLevel } from './level.js';
import { buildOverviews } from './overviews.js';
import { type Coded, type GeoTiffWriteOptions, resolveOptions } from './write-options.js';

/** Blocks that are being encoded at once: enough to keep zlib's threads busy. */
const AT_ONCE = 8;

export interface GeoTiffSink extends RasterSink {
  /** How the file is coded: what `encodeBlock` needs besides the samples. */
  readonly coded: Coded;
  /** Takes a tile that `encodeBlock` made; `plane` is the band where bands are stored apart. */
  writeEncodedBlock(
    row: number,
    col: number,
    plane: number | 'all',
    bytes: Uint8Array,
  ): Promise<void>;
  /** True where every block of the tile is stored: nothing need be written there again. */
  hasTile(row: number, col: number): boolean;
  /** True where that holds for every tile that the window touches. */
  hasWindow(window: Window): boolean;
}

/**
 * Starts a GeoTIFF at `path`. Until `finish` it has a temporary name in the same folder;
 * `abort` removes it (or keeps it for `resumeGeoTiff` with `keepOnAbort`). A raster's mask is
 * stored where info.maskKind is 'mask'; with nodata the samples say it themselves, see
 * `burnNodata`.
 *
 * @throws InputError in one line where an option does not fit or the place can't be written
 */
export async function createGeoTiff(
  path: string,
  info: RasterInfo,
  options: GeoTiffWriteOptions = {},
): Promise<GeoTiffSink> {
  const prepared = await prepare(path, info, options);
  const { temporary, coded } = prepared;
  const store = await BlockStore.open(temporary);
  if (!options.keepOnAbort) return makeSink({ path, store, journal: undefined, ...prepared });
  try {
    const journal = await Journal.create(temporary, info, coded);
    return makeSink({ path, store, journal, ...prepared });
  } catch (error) {
    await store.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Goes on with a file that an earlier run left unfinished (`keepOnAbort`, or killed); starts
 * one where there is none. Ask the sink's `hasWindow` what need not be written again.
 *
 * @throws InputError in one line where that run had another raster or other options
 */
export async function resumeGeoTiff(
  path: string,
  info: RasterInfo,
  options: GeoTiffWriteOptions = {},
): Promise<GeoTiffSink> {
  const keeping = { ...options, keepOnAbort: true };
  const prepared = await prepare(path, info, keeping);
  const { temporary, coded, level } = prepared;
  const size = await stat(temporary).then(
    (found) => found.size,
    () => undefined,
  );
  const images = [level.image.placed, level.mask?.placed];
  const end =
    size === undefined ? undefined : await readJournal(temporary, { info, coded, images }, size);
  if (end === undefined) return createGeoTiff(path, info, keeping);
  const store = await BlockStore.open(temporary, end);
  await store.truncate(end);
  return makeSink({ path, store, journal: await Journal.reopen(temporary), ...prepared });
}

interface Prepared {
  readonly info: RasterInfo;
  readonly coded: Coded;
  readonly level: Level;
  readonly temporary: string;
  readonly keepOnAbort: boolean;
  readonly signal: AbortSignal | undefined;
}

let serial = 0;

async function prepare(
  path: string,
  info: RasterInfo,
  options: GeoTiffWriteOptions,
): Promise<Prepared> {
  const coded = resolveOptions(path, info, options);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new InputError(`${path}: expected a file to write, got a folder; name a file in it.`);
  }
  const level = makeLevel(info, info, { coded, fill: fillValue(info) });
  const keepOnAbort = options.keepOnAbort ?? false;
  const own = keepOnAbort ? `${path}.partial` : `${path}.${process.pid}-${serial++}.partial`;
  return {
    info,
    coded,
    level,
    temporary: options.temporary ?? own,
    keepOnAbort,
    signal: options.signal,
  };
}

interface SinkParts extends Prepared {
  readonly path: string;
  readonly store: BlockStore;
  readonly journal: Journal | undefined;
}

function makeSink(parts: SinkParts): GeoTiffSink {
  const { path, info, coded, level, store, journal, temporary, keepOnAbort } = parts;
  const queue = new InFlight(AT_ONCE);
  const placed = { image: level.image.placed, mask: level.mask?.placed };
  const writer = levelWriter(level, {
    store,
    queue,
    coded,
    ...(journal ? { onStored: (image, block) => journal.note(image, block, placed[image]!) } : {}),
  });
  const { grid } = level.image;
  const finished = `${temporary}.cog`;
  let open = true;

  const hasTile = (row: number, col: number) => {
    for (let plane = 0; plane < grid.bands; plane += grid.perBlock) {
      if (!writer.image.has(writer.image.blockAt(row, col, plane))) return false;
    }
    return !writer.mask || writer.mask.has(writer.mask.blockAt(row, col, 0));
  };

  const abort = async () => {
    if (!open) return;
    open = false;
    await queue.settle();
    await store.close();
    await rm(finished, { force: true });
    if (keepOnAbort) return journal?.close();
    await journal?.close();
    await rm(temporary, { force: true });
    await rm(journalName(temporary), { force: true });
  };

  return {
    name: path,
    info,
    coded,
    hasTile,
    hasWindow({ row, col, height, width }) {
      const { tile } = coded;
      for (let r = Math.floor(row / tile); r * tile < row + height; r++) {
        for (let c = Math.floor(col / tile); c * tile < col + width; c++) {
          if (!hasTile(r, c)) return false;
        }
      }
      return true;
    },
    async write(window, raster) {
      checkWindow(path, info, window);
      checkRaster(path, info, { window, raster });
      await writer.write(window, raster);
    },
    async writeEncodedBlock(row, col, plane, bytes) {
      const first = plane === 'all' ? 0 : plane;
      await writer.image.putEncoded(writer.image.blockAt(row, col, first), bytes);
    },
    async finish() {
      await complete(parts, writer, queue);
      if (coded.cog) {
        await rename(finished, path).catch(cannotWrite(path));
        await rm(temporary, { force: true });
      } else await rename(temporary, path).catch(cannotWrite(path));
      open = false;
      await journal?.remove();
    },
    abort,
  };

  async function complete(all: SinkParts, levels: LevelWriter, running: InFlight) {
    all.signal?.throwIfAborted();
    await levels.flush();
    await running.drain();
    const overviews = await buildOverviews(level, all);
    const { signal } = all;
    const contents = { info, coded, levels: [level, ...overviews], signal };
    if (coded.cog) await finishCog(store, contents, finished);
    else await finishPlain(store, contents);
    await store.close();
  }
}

function checkRaster(
  name: string,
  info: RasterInfo,
  { window, raster }: { window: Window; raster: Raster },
): void {
  const wanted = `${info.dataType} [${info.bands},${window.height},${window.width}]`;
  const got = `${dataTypeOf(raster.data)} [${raster.bands},${raster.height},${raster.width}]`;
  const whole = raster.data.length === info.bands * window.height * window.width;
  if (wanted === got && whole) return;
  throw new InputError(
    `${name}: expected a raster ${wanted} for the window, got ${got}; convert it before writing.`,
  );
}
