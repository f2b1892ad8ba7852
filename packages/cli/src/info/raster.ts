/** What `info` says of a raster. */

import { describe, formatDescription, openRaster } from '@bandweave/io';
import type { Facts } from '../verbs/info.js';

export async function rasterFacts(file: string): Promise<Facts> {
  const source = await openRaster(file);
  try {
    const description = describe(source);
    return { data: { file, kind: 'raster', ...description }, text: formatDescription(description) };
  } finally {
    await source.close();
  }
}
