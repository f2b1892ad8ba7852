/** What a camera wrote into a JPEG or PNG file (EXIF): taken out of one, put into another. */

import { crc32 } from './crc32.js';
import { loadSharp } from './sharp.js';

const MARK = [0x45, 0x78, 0x69, 0x66, 0, 0]; // "Exif", two zeros

/** The EXIF block of a picture file, a TIFF structure; undefined where there is none. */
export async function readExif(path: string): Promise<Uint8Array | undefined> {
  const sharp = await loadSharp();
  const { exif } = await sharp(path).metadata();
  if (!exif) return undefined;
  const bytes = new Uint8Array(exif);
  const marked = MARK.every((byte, i) => bytes[i] === byte);
  return marked ? bytes.subarray(MARK.length) : bytes;
}

/** A JPEG or PNG file with this EXIF block; unchanged where a JPEG's segment cannot hold it. */
export function insertExif(file: Uint8Array, exif: Uint8Array): Uint8Array {
  return file[0] === 0xff ? intoJpeg(file, exif) : intoPng(file, exif);
}

function intoJpeg(file: Uint8Array, exif: Uint8Array): Uint8Array {
  const length = 2 + MARK.length + exif.length;
  if (length > 0xffff) return file;
  const head = [0xff, 0xe1, length >> 8, length & 0xff, ...MARK];
  return joined([file.subarray(0, 2), Uint8Array.from(head), exif, file.subarray(2)]);
}

/** PNG's signature and header chunk take 33 bytes; eXIf may follow at once. */
function intoPng(file: Uint8Array, exif: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + exif.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, exif.length);
  chunk.set([0x65, 0x58, 0x49, 0x66], 4);
  chunk.set(exif, 8);
  view.setUint32(8 + exif.length, crc32(chunk.subarray(4, 8 + exif.length)));
  return joined([file.subarray(0, 33), chunk, file.subarray(33)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
