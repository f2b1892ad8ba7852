/** Pictures as data URIs, within a budget for the whole page. */

import type { PictureEncoder } from './data.js';

export interface Picture {
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** WebP by sharp, which is loaded on first use only: a browser brings its own encoder. */
export const encodeWithSharp: PictureEncoder = async (rgba, { width, height, quality }) => {
  const { default: sharp } = await import('sharp');
  const raw = { width, height, channels: 4 } as const;
  const bytes = await sharp(rgba, { raw })
    .webp({ quality, effort: 2, smartSubsample: true })
    .toBuffer();
  return { mime: 'image/webp', bytes };
};

const QUALITIES = [88, 78, 66, 52, 38, 25];

/**
 * Every picture as a data URI, at the highest quality at which all of them together stay within
 * `maxBytes`; at the lowest when none does.
 */
export async function encodeAll(
  pictures: readonly Picture[],
  { encode, maxBytes }: { encode: PictureEncoder; maxBytes: number },
): Promise<string[]> {
  let uris: string[] = [];
  for (const quality of QUALITIES) {
    uris = [];
    let total = 0;
    for (const { rgba, width, height } of pictures) {
      const { mime, bytes } = await encode(rgba, { width, height, quality });
      const uri = `data:${mime};base64,${base64(bytes)}`;
      uris.push(uri);
      total += uri.length;
      if (total > maxBytes) break;
    }
    if (total <= maxBytes) return uris;
  }
  for (let i = uris.length; i < pictures.length; i++) {
    const { rgba, width, height } = pictures[i]!;
    const { mime, bytes } = await encode(rgba, { width, height, quality: QUALITIES.at(-1)! });
    uris.push(`data:${mime};base64,${base64(bytes)}`);
  }
  return uris;
}

/** Base64 without Node's Buffer, so that the report can be made in a browser too. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x6000) {
    text += btoa(String.fromCharCode(...bytes.subarray(i, i + 0x6000)));
  }
  return text;
}
