/**
 * `upscale`: a raster is read by overlapping windows, each enlarged, blended into a strip as wide
 * as the output, and written strip by strip.
 */

import { InputError, type RasterInfo, type RasterSource } from '@bandweave/image';
import { layoutFor } from '../blend.js';
import type { RasterInput } from '../fuse-options.js';
import { checkOutput } from '../output-check.js';
import { openTarget } from '../restore/target.js';
import { withRasters } from '../with-rasters.js';
import { colourGroups, stretchesOf } from './colour-groups.js';
import { enlargedInfo } from './enlarged-info.js';
import type { Enlarging } from './enlarging.js';
import { openEnlarging } from './open-enlarging.js';
import { type Layouts, writeStrips } from './strips.js';
import type { UpscaleOptions, UpscaleResult } from './upscale-options.js';
import { windowSide } from './window-side.js';

/** The most samples that an output may have on a side. */
const MOST_SIDE = 2 ** 31;

/**
 * Enlarges a file into another; nothing lies under `output` until it is whole.
 *
 * @throws InputError or GraphError in one line where an option or the file does not fit
 */
export async function upscaleFile(
  input: RasterInput,
  output: string,
  options: UpscaleOptions = {},
): Promise<UpscaleResult> {
  const started = performance.now();
  await checkOutput(output, [input], options.overwrite ?? false);
  return withRasters([input], async ([source]) => {
    const enlarging = await openEnlarging(options);
    try {
      return { ...(await enlargeInto(output, source, { enlarging, options })), ...spent(started) };
    } finally {
      await enlarging.close();
    }
  });
}

const spent = (started: number) => ({
  seconds: (performance.now() - started) / 1000,
  peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
});

async function enlargeInto(
  output: string,
  source: RasterSource,
  { enlarging, options }: { readonly enlarging: Enlarging; readonly options: UpscaleOptions },
): Promise<Omit<UpscaleResult, 'seconds' | 'peakRssMb'>> {
  const { signal, compress, cog, overviews } = options;
  const info = enlargedInfo(source.info, enlarging.scale);
  if (Math.max(info.height, info.width) > MOST_SIDE) {
    throw new InputError(
      `${source.name}: expected an output of at most ${MOST_SIDE} pixels a side, got ${info.width} x ${info.height}; choose a smaller --scale.`,
    );
  }
  const file = enlarging.weights ?? enlarging.method;
  const groups = colourGroups(source, { colors: enlarging.colors, file });
  const stretches = await stretchesOf(source, signal ? { signal } : {});
  const side = windowSide({ ...options, enlarging, info: source.info, output });
  const layout = layoutsOf(info, enlarging, side);
  const target = await openTarget(
    output,
    { ...source, info },
    {
      ...(compress ? { compression: compress } : {}),
      ...(cog ? { cog } : {}),
      ...(overviews ? { overviews: 'average' as const } : {}),
      ...(signal ? { signal } : {}),
    },
  );
  try {
    await writeStrips({ source, info, enlarging, groups, stretches, layout, target }, options);
    signal?.throwIfAborted();
    await target.finish();
  } catch (error) {
    await target.abort();
    throw error;
  }
  const { method, scale, weights } = enlarging;
  return {
    output,
    method,
    scale,
    width: info.width,
    height: info.height,
    bands: info.bands,
    windows: layout.rows.starts.length * layout.cols.starts.length,
    ...(weights === undefined ? {} : { weights }),
  };
}

function layoutsOf({ height, width }: RasterInfo, enlarging: Enlarging, side: number): Layouts {
  const { scale, step, margin, overlap } = enlarging;
  const most = Math.min(overlap, side >> 1);
  const facts = {
    window: side * scale,
    overlap: most * scale,
    margin: Math.min(margin, (most - 2) >> 1) * scale,
    ratio: scale,
    msStep: step,
  };
  return { rows: layoutFor(height, facts), cols: layoutFor(width, facts) };
}
