/** PNG pictures for people: quick-looks, plots, reports. Encoded by sharp. */

import { rename, rm, writeFile } from 'node:fs/promises';
import { InputError } from '@bandweave/image';
import { cannotWrite } from '../geotiff/block-store.js';
import { loadSharp } from './sharp.js';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
  /** [height, width, channels]: a Uint16Array makes a picture of 16 bits. */
  readonly data: Uint8Array | Uint16Array;
}

/** The bytes of a PNG file, 8 or 16 bits a sample as the data have. */
export async function encodePng({ width, height, channels, data }: Pixels): Promise<Uint8Array> {
  if (data.length !== width * height * channels || data.length === 0) {
    throw new RangeError(
      `encodePng: expected data of ${width} x ${height} x ${channels} samples, got ${data.length}.`,
    );
  }
  const sharp = await loadSharp();
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  const wide = data instanceof Uint16Array;
  const space = channels <= 2 ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb';
  return image.toColourspace(space).png({ compressionLevel: 6 }).toBuffer();
}

let serial = 0;

/** Writes a PNG file, under its name only once it is whole; an InputError where it can't. */
export async function writePng(path: string, pixels: Pixels): Promise<void> {
  const bytes = await encodePng(pixels);
  const temporary = `${path}.${process.pid}-${serial++}.partial`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof InputError) throw error;
    cannotWrite(path)(error as NodeJS.ErrnoException);
  }
}
