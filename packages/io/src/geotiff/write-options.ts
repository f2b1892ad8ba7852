/** What a GeoTIFF writer is asked for, made complete and checked. */

import { DATA_TYPES, InputError, type RasterInfo } from '@bandweave/image';
import { zstdCompressSync } from './zlib-zstd.js';

export type GeoTiffCompression = 'none' | 'deflate' | 'lzw' | 'zstd';

export interface GeoTiffWriteOptions {
  /** Side of the tiles in pixels, a multiple of 16; 256 by default. */
  readonly tile?: number;
  /** 'pixel' by default: all bands of a pixel together. */
  readonly interleave?: 'pixel' | 'band';
  /** 'none' by default. */
  readonly compression?: GeoTiffCompression;
  /** 1 none, 2 differences, 3 for floats; by default what suits the type where compressed. */
  readonly predictor?: 1 | 2 | 3;
  /** Effort of DEFLATE, 1 to 9 (6 by default), or of ZSTD, 1 to 22 (9 by default). */
  readonly level?: number;
  /** 'auto' by default: only where the file would pass 4 GiB. */
  readonly bigTiff?: 'auto' | 'yes' | 'no';
  /** Reduced copies inside the file, halved down to one tile; 'none' by default. */
  readonly overviews?: 'none' | 'average' | 'nearest';
  /** Lays the file out for reading by ranges (cloud optimised GeoTIFF). */
  readonly cog?: boolean;
  /** Name while unfinished; one of its own beside the file by default. */
  readonly temporary?: string;
  /** Keeps the unfinished file and its journal on abort, for `resumeGeoTiff`. */
  readonly keepOnAbort?: boolean;
  /** Makes `finish` throw within moments where it is still at work; call `abort` then. */
  readonly signal?: AbortSignal;
}

/** The options with nothing left open. */
export interface Coded {
  readonly tile: number;
  readonly interleave: 'pixel' | 'band';
  readonly compression: GeoTiffCompression;
  readonly predictor: 1 | 2 | 3;
  readonly level: number;
  readonly bigTiff: 'auto' | 'yes' | 'no';
  readonly overviews: 'none' | 'average' | 'nearest';
  readonly cog: boolean;
}

/** Fills in defaults; an InputError where an option does not fit. */
export function resolveOptions(
  name: string,
  info: RasterInfo,
  options: GeoTiffWriteOptions,
): Coded {
  const { tile = 256, interleave = 'pixel', compression = 'none', bigTiff = 'auto' } = options;
  const { cog = false } = options;
  const float = DATA_TYPES[info.dataType].kind === 'float';
  const predictor = options.predictor ?? (compression === 'none' ? 1 : float ? 3 : 2);
  const most = compression === 'zstd' ? 22 : 9;
  const { level = compression === 'zstd' ? 9 : 6 } = options;
  const refuse = (option: string, expected: string, got: unknown) =>
    new InputError(`${name}: expected ${option} ${expected}, got ${got}; change the option.`);

  if (!(Number.isInteger(tile) && tile >= 16 && tile <= 4096 && tile % 16 === 0)) {
    throw refuse('tile', 'a multiple of 16 from 16 to 4096', tile);
  }
  if (!['none', 'deflate', 'lzw', 'zstd'].includes(compression)) {
    throw refuse('compression', 'none, deflate, lzw or zstd', compression);
  }
  if (compression === 'zstd' && !zstdCompressSync) {
    throw new InputError(
      `${name}: expected a Node whose zlib has ZSTD (22.15 or later), got ${process.version}; use deflate.`,
    );
  }
  if (![1, 2, 3].includes(predictor) || (predictor === 3 && !float) || (predictor === 2 && float)) {
    throw refuse('predictor', `1 or ${float ? 3 : 2} for ${info.dataType}`, predictor);
  }
  if (!(Number.isInteger(level) && level >= 1 && level <= most)) {
    throw refuse('level', `1 to ${most}`, level);
  }
  const overviews = options.overviews ?? (cog ? overviewsFor(info) : 'none');
  if (overviews === 'average' && info.colors[0] === 'palette') {
    throw refuse('overviews', 'none or nearest for a colour table', overviews);
  }
  return {
    tile,
    interleave: info.bands > 1 ? interleave : 'pixel',
    compression,
    predictor: compression === 'none' ? 1 : predictor,
    level,
    bigTiff,
    overviews,
    cog,
  };
}

/** A colour table's indices have no mean. */
function overviewsFor(info: RasterInfo): 'average' | 'nearest' {
  return info.colors[0] === 'palette' ? 'nearest' : 'average';
}
