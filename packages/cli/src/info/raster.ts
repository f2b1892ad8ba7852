/** What `info` says of a raster, or of a file that holds several arrays. */

import {
  type ArrayListing,
  describe,
  formatDescription,
  listArrays,
  openRaster,
} from '@bandweave/io';
import { table } from '../table.js';
import type { Facts } from '../verbs/info.js';

export async function rasterFacts(file: string): Promise<Facts> {
  const listing = await listArrays(file);
  if (listing && listing.arrays.length !== 1) return listingFacts(file, listing);
  const source = await openRaster(file);
  try {
    const description = describe(source);
    return { data: { file, kind: 'raster', ...description }, text: formatDescription(description) };
  } finally {
    await source.close();
  }
}

/** Most arrays that the text lists. */
const MOST_LINES = 40;

function listingFacts(file: string, listing: ArrayListing): Facts {
  const { driver, arrays, passedOver } = listing;
  const rows = [
    ...arrays.map(({ name, shape, dataType }) => [
      name,
      shape.join(' x ') || 'one value',
      dataType,
    ]),
    ...passedOver.map(({ name, reason }) => [name, reason, '']),
  ];
  const hidden = rows.length - MOST_LINES;
  const text = [
    `${driver} file ${file}\n\n`,
    `${table(['array', 'shape', 'type'], rows.slice(0, MOST_LINES))}\n`,
    hidden > 0 ? `and ${hidden} more\n` : '',
    arrays.length > 0 ? `\nName one as ${file},array=${arrays[0]?.name}.\n` : '',
  ].join('');
  return { data: { file, kind: 'arrays', ...listing }, text };
}
