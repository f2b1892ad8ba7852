/** A GeoTIFF as a raster source: blocks decoded as windows need them. */

import {
  InputError,
  type Raster,
  type RasterInfo,
  type RasterSource,
  type ReadOptions,
  type Window,
} from '@bandweave/image';
import type { ByteSource } from '../bytes/byte-source.js';
import { checkAmount, checkBands, checkWindow } from '../windows.js';
import { BlockReader } from './blocks.js';
import type { GeoTiffDetails } from './details.js';
import { fillValue } from './fill-value.js';
import { type Directory, readHeader, type TiffHeader } from './ifd-read.js';
import { readInfo } from './info-read.js';
import { type Layout, readLayout } from './layout.js';
import { maskFromNodata, maskFromSamples } from './mask.js';
import { readSamples, type StoredPixels } from './read-samples.js';
import { COMPRESSION_NAMES, PHOTOMETRIC, SUBFILE, TAG } from './tags.js';

export interface GeoTiffOptions {
  /** Bytes of decoded blocks to keep; 64 MiB by default. */
  readonly cacheBytes?: number;
  /** Reads the n-th overview (0 is the largest) in place of the image itself. */
  readonly overview?: number;
}

export interface GeoTiffSource extends RasterSource {
  readonly details: GeoTiffDetails;
}

/** Opens the TIFF in `source`, which is closed with the result. */
export async function openGeoTiff(
  source: ByteSource,
  { cacheBytes = 64 << 20, overview }: GeoTiffOptions = {},
): Promise<GeoTiffSource> {
  const header = await readHeader(source);
  const { main, overviews, masks } = await sortDirectories(header);
  if (overview !== undefined && !overviews[overview]) {
    throw new InputError(
      `${source.name}: expected overview 0 to ${overviews.length - 1}, got ${overview}; the file has ${overviews.length}.`,
    );
  }
  const directory = overview === undefined ? main : overviews[overview].directory;
  const layout = await readLayout(source, directory);
  const mask = masks.find((m) => m.width === layout.width && m.height === layout.height);
  const info = await readInfo(
    main,
    await readLayoutFor(source, main, { directory, layout }),
    !!mask,
  );
  const details: GeoTiffDetails = {
    driver: 'GTiff',
    bytes: source.size,
    littleEndian: header.littleEndian,
    bigTiff: header.bigTiff,
    compression: await compressionName(directory, layout),
    predictor: layout.predictor,
    interleave: layout.interleave,
    tiled: layout.tiled,
    cog: /^LAYOUT=IFDS_BEFORE_DATA$/m.test(header.ghost),
    overviews: overviews.map(({ width, height }) => [height, width]),
  };
  const reader = await blockReader({ source, header, directory, layout }, cacheBytes);
  const maskLayout = mask && (await readLayout(source, mask.directory));
  const maskReader =
    mask &&
    maskLayout &&
    (await blockReader({ source, header, ...mask, layout: maskLayout }, cacheBytes >> 3));
  return makeSource({
    source,
    details,
    info: overview === undefined ? info : shrunk(info, layout),
    image: { layout, reader, fill: fillValue(info) },
    ...(maskLayout && maskReader
      ? { mask: { layout: maskLayout, reader: maskReader, fill: 0 } }
      : {}),
  });
}

function makeSource(parts: {
  source: ByteSource;
  details: GeoTiffDetails;
  info: RasterInfo;
  image: StoredPixels;
  mask?: StoredPixels;
}): GeoTiffSource {
  const { source, details, info, image, mask } = parts;

  async function readMask(data: Raster['data'], window: Window, options: ReadOptions) {
    const { signal } = options;
    const with_ = (bands: number[]) => (signal ? { bands, signal } : { bands });
    switch (info.maskKind) {
      case 'mask':
        return mask && maskFromSamples(await readSamples(mask, window, with_([0])));
      case 'nodata':
        return maskFromNodata(data, info.nodata as number, window.height * window.width);
      case 'alpha':
        return maskFromSamples(await readSamples(image, window, with_([info.bands - 1])));
      default:
        return undefined;
    }
  }

  return {
    name: source.name,
    info,
    details,
    async read(window, options = {}) {
      checkWindow(source.name, info, window);
      const bands = checkBands(source.name, info, options.bands);
      checkAmount(source.name, window, bands.length);
      options.signal?.throwIfAborted();
      const data = await readSamples(image, window, { ...options, bands });
      const valid = await readMask(data, window, options);
      const { height, width } = window;
      return { bands: bands.length, height, width, data, ...(valid ? { mask: valid } : {}) };
    },
    async close() {
      image.reader.close();
      mask?.reader.close();
      await source.close();
    },
  };
}

/** GDAL's name; LERC may be packed once more. */
async function compressionName(directory: Directory, { compression }: Layout): Promise<string> {
  const name = COMPRESSION_NAMES[compression];
  if (name !== 'lerc') return name;
  const [, packed] = await directory.numbers(TAG.lercParameters, 64);
  return packed === 1 ? 'lerc_deflate' : packed === 2 ? 'lerc_zstd' : name;
}

interface SizedDirectory {
  readonly directory: Directory;
  readonly width: number;
  readonly height: number;
}

/** The image itself, its overviews by size, and the masks of either. */
async function sortDirectories({ directories }: TiffHeader) {
  const overviews: SizedDirectory[] = [];
  const masks: SizedDirectory[] = [];
  const [main, ...others] = directories;
  for (const directory of others) {
    const kind = await directory.number(TAG.newSubfileType, 0);
    const sized = {
      directory,
      width: await directory.number(TAG.imageWidth, 0),
      height: await directory.number(TAG.imageLength, 0),
    };
    const photometric = await directory.number(TAG.photometric, PHOTOMETRIC.minIsBlack);
    if (kind & SUBFILE.mask || photometric === PHOTOMETRIC.mask) masks.push(sized);
    else if (kind & SUBFILE.reduced) overviews.push(sized);
  }
  overviews.sort((a, b) => b.width - a.width || b.height - a.height);
  return { main, overviews, masks };
}

async function readLayoutFor(
  source: ByteSource,
  wanted: Directory,
  { directory, layout }: { directory: Directory; layout: Layout },
): Promise<Layout> {
  return wanted === directory ? layout : readLayout(source, wanted);
}

/** The same raster at an overview's size: everything else is the main image's. */
function shrunk(info: RasterInfo, { width, height, stated }: Layout): RasterInfo {
  const x = info.width / width;
  const y = info.height / height;
  const { transform } = info;
  return {
    ...info,
    width,
    height,
    blockSize: stated,
    ...(transform
      ? {
          transform: [
            transform[0] * x,
            transform[1] * y,
            transform[2],
            transform[3] * x,
            transform[4] * y,
            transform[5],
          ],
        }
      : {}),
  };
}

async function blockReader(
  parts: { source: ByteSource; header: TiffHeader; directory: Directory; layout: Layout },
  cacheBytes: number,
): Promise<BlockReader> {
  const { source, header, directory, layout } = parts;
  const tables = await directory.numbers(TAG.jpegTables, 1 << 20);
  const coding = {
    compression: layout.compression,
    ...(tables.length > 0 ? { jpegTables: Uint8Array.from(tables) } : {}),
    lercParameters: [...(await directory.numbers(TAG.lercParameters, 64))],
  };
  return new BlockReader({ source, layout, littleEndian: header.littleEndian, coding }, cacheBytes);
}
