/** What `convert` does with a raster. */

import type { DataType } from '@bandweave/image';
import { openRaster } from '@bandweave/io';
import type { RunOptions } from '@bandweave/pipeline';
import type { OutputFlags } from '../options/output.js';
import { picture } from './picture.js';
import { recode } from './recode.js';

interface RasterFlags extends OutputFlags {
  readonly output: string;
  readonly type?: DataType;
  readonly bands?: readonly number[];
  readonly nodata?: number | 'none';
  readonly interleave?: 'bsq' | 'bil' | 'bip';
}

/** Returns a line that says what was written. */
export async function toRaster(
  input: string,
  { output, type, bands, nodata, compress, cog, overviews, interleave }: RasterFlags,
  context: Required<RunOptions>,
): Promise<string> {
  const source = await openRaster(input);
  try {
    const options = {
      ...(type ? { dataType: type } : {}),
      ...(bands ? { bands: bands.map((band) => band - 1) } : {}),
      ...(nodata === undefined ? {} : { nodata }),
      ...(compress ? { compression: compress } : {}),
      ...(cog ? { cog } : {}),
      ...(interleave ? { enviInterleave: interleave } : {}),
      ...(overviews === undefined
        ? {}
        : { overviews: overviews ? ('average' as const) : ('none' as const) }),
    };
    const info = await recode(source, output, options, context);
    return `${info.width} x ${info.height} pixels, ${info.bands} bands, ${info.dataType}`;
  } finally {
    await source.close();
  }
}

/** Returns a line that says what was drawn. */
export async function toPng(
  input: string,
  { output, bands }: RasterFlags,
  context: Required<RunOptions>,
): Promise<string> {
  const source = await openRaster(input);
  try {
    return await picture(source, output, {
      ...(bands ? { bands: bands.map((band) => band - 1) } : {}),
      ...context,
    });
  } finally {
    await source.close();
  }
}
