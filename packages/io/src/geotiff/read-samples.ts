/** A window of one TIFF image as [bands, height, width]. */

import { allocate, type Samples, type Window } from '@bandweave/image';
import { blocksOf, copyBlock } from './assemble.js';
import type { BlockReader } from './blocks.js';
import type { Layout } from './layout.js';

export interface StoredPixels {
  readonly layout: Layout;
  readonly reader: BlockReader;
  /** What absent blocks read as. */
  readonly fill: number;
}

export async function readSamples(
  { layout, reader, fill }: StoredPixels,
  window: Window,
  { bands, signal }: { bands: readonly number[]; signal?: AbortSignal | undefined },
): Promise<Samples> {
  const data = allocate(layout.dataType, bands.length * window.height * window.width);
  const target = { data, window, bands };
  await reader.visit(
    blocksOf(layout, window, bands),
    (block, samples) => copyBlock(layout, { block, samples, fill }, target),
    signal,
  );
  return data;
}
