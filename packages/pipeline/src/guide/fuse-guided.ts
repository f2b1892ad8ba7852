/**
 * Sharpens bands with a guide of several bands: each band, or all that share a PAN, by a classical
 * method with a PAN of its own made of the guide. Hyper-sharpening, and Sentinel-2 by its own bands.
 */

import { InputError } from '@bandweave/image';
import { createGeoTiff, pickBands } from '@bandweave/io';
import type { FuseOptions } from '../fuse-options.js';
import { cutAreas } from '../job.js';
import type { Plan } from '../plan.js';
import type { Inputs } from '../regions.js';
import { areaSize, fuseArea, gatherStatistics, groupsOf, planFor } from './band-jobs.js';
import { fitGuide } from './fit-guide.js';
import type { GuideOptions, GuideSummary } from './guide-options.js';

export interface GuidedFusion {
  readonly plan: Plan;
  readonly guide: GuideSummary;
  /** Always 0: such a fusion begins anew. */
  readonly resumedWindows: number;
}

/** Writes `output` by a classical method; called by `fuse` where PAN has several bands. */
export async function fuseGuided(
  inputs: Inputs,
  output: string,
  options: FuseOptions & GuideOptions,
): Promise<GuidedFusion> {
  const { method = 'mtf-glp-hpm', signal, onProgress, onMessage } = options;
  if (options.resume) {
    throw new InputError(
      '--resume: expected a PAN of one band, got a guide of several; leave --resume out.',
    );
  }
  const whole = await planFor(inputs, { pan: pickBands(inputs.pan, [0]), ms: inputs.ms }, options);
  const { job } = whole;
  const summary = await fitGuide(inputs, {
    ...options,
    scene: job.scene,
    origin: job.origin,
  });
  for (const message of [...whole.alignment.messages, describe(summary)]) onMessage?.(message);
  const groups = await groupsOf(inputs, { whole, summary, options: { ...options, method } });
  const sink = await createGeoTiff(output, whole.info, {
    compression: options.compress ?? 'none',
    cog: options.cog ?? false,
    ...(options.overviews && !options.cog ? { overviews: 'average' as const } : {}),
  });
  try {
    await gatherStatistics(groups, options);
    const areas = cutAreas(whole.info, areaSize(whole.info));
    let valid = 0;
    for (const [done, area] of areas.entries()) {
      onProgress?.({ stage: 'fuse', done, total: areas.length });
      const fused = await fuseArea(groups, area, { info: whole.info, signal });
      await sink.write(fused.window, fused.raster);
      valid += fused.valid;
    }
    if (valid === 0) {
      throw new InputError(
        `${output}: expected pixels that hold data in both guide and bands, got none; check nodata and extents.`,
      );
    }
    await sink.finish();
    onProgress?.({ stage: 'fuse', done: areas.length, total: areas.length });
  } catch (error) {
    await sink.abort();
    throw error;
  }
  return { plan: { ...whole, job: { ...job, method } }, guide: summary, resumedWindows: 0 };
}

/** In one line. */
export function describe({ guide, mtfGain, bands }: GuideSummary): string {
  const least = Math.min(...bands.map(({ correlation }) => correlation));
  const how =
    guide === 'synthesise' ? 'a PAN of its own for each band' : 'the nearest guide band for each';
  return `guide: ${how}, MTF gain ${mtfGain}; correlation with the bands ${least.toFixed(3)} or more`;
}
