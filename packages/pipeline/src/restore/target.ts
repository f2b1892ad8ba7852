/** Where the restored picture goes: a GeoTIFF window by window, or a PNG or JPEG when it is whole. */

import {
  InputError,
  type Raster,
  type RasterInfo,
  type RasterSource,
  type Window,
} from '@bandweave/image';
import {
  createGeoTiff,
  type GeoTiffWriteOptions,
  parseSpec,
  readExif,
  writePicture,
} from '@bandweave/io';

export interface Target {
  write(window: Window, raster: Raster): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}

/** By the output's name: .png, .jpg and .jpeg are pictures, all else is a GeoTIFF. */
export async function openTarget(
  output: string,
  source: RasterSource,
  options: GeoTiffWriteOptions,
): Promise<Target> {
  if (/\.(png|jpe?g)$/i.test(output)) return pictureTarget(output, source);
  if (!/\.tiff?$/i.test(output)) {
    throw new InputError(
      `${output}: expected a name that ends in .tif, .png or .jpg, got another; rename it.`,
    );
  }
  const { name: _, ...sink } = await namedSink(output, source.info, options);
  return sink;
}

async function namedSink(output: string, info: RasterInfo, options: GeoTiffWriteOptions) {
  const sink = await createGeoTiff(output, info, options);
  return {
    name: output,
    write: (window: Window, raster: Raster) => sink.write(window, raster),
    finish: () => sink.finish(),
    abort: () => sink.abort(),
  };
}

async function pictureTarget(output: string, { name, info }: RasterSource): Promise<Target> {
  const { bands, height, width, dataType } = info;
  const jpeg = !/\.png$/i.test(output);
  if (bands > 4 || (dataType !== 'uint8' && dataType !== 'uint16')) {
    throw new InputError(
      `${output}: expected at most 4 bands of 8 or 16 bits for a picture, got ${bands} of ${dataType}; write a .tif.`,
    );
  }
  if (jpeg && (dataType !== 'uint8' || bands === 2 || bands === 4)) {
    throw new InputError(
      `${output}: expected 8 bits and no alpha for a JPEG, got ${bands} bands of ${dataType}; write a .png or .tif.`,
    );
  }
  const channels = bands as 1 | 2 | 3 | 4;
  const length = bands * height * width;
  const data = dataType === 'uint8' ? new Uint8Array(length) : new Uint16Array(length);
  const { path } = parseSpec(name);
  const exif = /\.(png|jpe?g)$/i.test(path) ? await readExif(path) : undefined;
  return {
    async write(window, raster) {
      const size = window.height * window.width;
      for (let y = 0, from = 0; y < window.height; y++) {
        let to = ((window.row + y) * width + window.col) * bands;
        for (let x = 0; x < window.width; x++, from++) {
          for (let band = 0; band < bands; band++) data[to++] = raster.data[band * size + from];
        }
      }
    },
    finish: () =>
      writePicture(output, { width, height, channels, data }, exif === undefined ? {} : { exif }),
    abort: async () => {},
  };
}
