/** Inputs that may be names or open rasters: what is opened here is closed here. */

import { InputError, type RasterSource } from '@bandweave/image';
import { openRaster } from '@bandweave/io';
import type { RasterInput } from './fuse-options.js';

/** Opens every name, hands all over in order, and closes what it opened whatever happens. */
export async function withRasters<T>(
  inputs: readonly RasterInput[],
  use: (sources: readonly RasterSource[]) => Promise<T>,
): Promise<T> {
  const opened: RasterSource[] = [];
  try {
    const sources: RasterSource[] = [];
    for (const input of inputs) {
      const source = typeof input === 'string' ? await openRaster(input) : input;
      if (typeof input === 'string') opened.push(source);
      sources.push(source);
    }
    return await use(sources);
  } finally {
    await Promise.all(opened.map((source) => source.close()));
  }
}

/** One or several. */
export function listOf(inputs: RasterInput | readonly RasterInput[]): readonly RasterInput[] {
  return Array.isArray(inputs) ? inputs : [inputs as RasterInput];
}

/** Throws unless PAN has one band. */
export function checkPan({ name, info }: RasterSource): void {
  if (info.bands === 1) return;
  throw new InputError(
    `${name}: expected a PAN of one band, got ${info.bands}; pick one: ${name},band=1.`,
  );
}
