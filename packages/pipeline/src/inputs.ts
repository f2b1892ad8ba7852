/** The inputs of a fusion, opened from whatever they were named by. */

import type { RasterSource } from '@bandweave/image';
import { openRaster } from '@bandweave/io';
import type { RasterInput } from './fuse-options.js';
import type { Inputs } from './regions.js';
import { stackSources } from './stack.js';

/** PAN and the stack of MS; closes what is open when one of them fails. */
export async function openInputs(pan: RasterInput, ms: readonly RasterInput[]): Promise<Inputs> {
  const opened: RasterSource[] = [];
  const open = async (input: RasterInput) => {
    if (typeof input !== 'string') return input;
    const source = await openRaster(input);
    opened.push(source);
    return source;
  };
  try {
    const panSource = await open(pan);
    const msSources: RasterSource[] = [];
    for (const input of ms) msSources.push(await open(input));
    const borrowed = [pan, ...ms].some((input) => typeof input !== 'string');
    return { pan: panSource, ms: stackSources(msSources), borrowed };
  } catch (error) {
    await Promise.all(opened.map((source) => source.close()));
    throw error;
  }
}

/** Closes the inputs that were opened here; rasters that the caller opened stay open. */
export async function closeInputs(inputs: Inputs, from: readonly RasterInput[]): Promise<void> {
  if (typeof from[0] === 'string') await inputs.pan.close();
  if (from.slice(1).every((input) => typeof input === 'string')) await inputs.ms.close();
}
