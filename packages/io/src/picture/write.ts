/** PNG and JPEG files, encoded by sharp, under their name only once they are whole. */

import { rename, rm, writeFile } from 'node:fs/promises';
import { InputError } from '@bandweave/image';
import { cannotWrite } from '../geotiff/block-store.js';
import { insertExif } from './exif.js';
import { encodePng, type Pixels } from './png.js';
import { loadSharp } from './sharp.js';

export interface PictureWriteOptions {
  /** Kept from another picture. */
  readonly exif?: Uint8Array;
  /** Of JPEG, 1 to 100; 95 by default. */
  readonly quality?: number;
}

/** The bytes of a JPEG file of gray or RGB in 8 bits, colours at full resolution. */
export async function encodeJpeg(
  { width, height, channels, data }: Pixels,
  quality = 95,
): Promise<Uint8Array> {
  if (data instanceof Uint16Array || channels === 2 || channels === 4) {
    throw new InputError(
      'JPEG: expected 8 bits and no alpha, got what it cannot hold; write a PNG or TIFF.',
    );
  }
  const sharp = await loadSharp();
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  const space = channels === 1 ? 'b-w' : 'srgb';
  return image.toColourspace(space).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
}

let serial = 0;

/** Writes PNG, or JPEG where the name ends in .jpg or .jpeg. */
export async function writePicture(
  path: string,
  pixels: Pixels,
  { exif, quality }: PictureWriteOptions = {},
): Promise<void> {
  const plain = /\.jpe?g$/i.test(path)
    ? await encodeJpeg(pixels, quality)
    : await encodePng(pixels);
  const bytes = exif ? insertExif(plain, exif) : plain;
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
