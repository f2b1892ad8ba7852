/** JPEG blocks: shared tables put back, colour model stated, size checked before decoding. */

import { loadSharp } from '../picture/sharp.js';

const APP14 = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];

export interface JpegBlock {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly tables: Uint8Array | undefined;
  /** True where the block holds YCbCr that is to become RGB. */
  readonly ycbcr: boolean;
}

/** Width and height in a JPEG stream's frame header; undefined where there is none. */
export function jpegSize(data: Uint8Array): { width: number; height: number } | undefined {
  for (let at = 2; at + 9 < data.length; ) {
    if (data[at] !== 0xff) return undefined;
    const marker = data[at + 1];
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return {
        height: data[at + 5] * 256 + data[at + 6],
        width: data[at + 7] * 256 + data[at + 8],
      };
    }
    at += 2 + data[at + 2] * 256 + data[at + 3];
  }
  return undefined;
}

/** Pixel-interleaved bytes of a JPEG block; undefined where it does not decode to its size. */
export async function decodeJpeg(
  data: Uint8Array,
  { width, height, samples, tables, ycbcr }: JpegBlock,
): Promise<Uint8Array | undefined> {
  const size = jpegSize(data);
  if (size?.width !== width || size.height > height || size.height === 0) return undefined;
  if (samples !== 1 && samples !== 3) return decodeApart(data, { width, height, samples, tables });
  // Component ids alone do not tell RGB from YCbCr: Adobe's marker does.
  const colour = samples === 3 ? Uint8Array.from([...APP14, ycbcr ? 1 : 0]) : new Uint8Array(0);
  const shared = tables && tables.length > 4 ? tables.subarray(2, tables.length - 2) : undefined;
  const whole = Buffer.concat([
    data.subarray(0, 2),
    colour,
    shared ?? new Uint8Array(0),
    data.subarray(2),
  ]);
  const sharp = await loadSharp();
  const image = sharp(whole, { limitInputPixels: width * height, failOn: 'error' });
  const { data: pixels, info } = await image
    .toColourspace(samples === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return info.channels === samples ? new Uint8Array(pixels) : undefined;
}

/** Two or four components, which sharp would take for something else: by geotiff.js. */
async function decodeApart(
  data: Uint8Array,
  { tables, ...shape }: Omit<JpegBlock, 'ycbcr'>,
): Promise<Uint8Array> {
  const { getDecoder } = await import('geotiff');
  const decoder = await getDecoder(7, {
    tileWidth: shape.width,
    tileHeight: shape.height,
    predictor: 1,
    bitsPerSample: 8,
    planarConfiguration: 1,
    ...(tables ? { JPEGTables: tables } : {}),
  });
  return new Uint8Array(await decoder.decodeBlock(new Uint8Array(data).buffer));
}
