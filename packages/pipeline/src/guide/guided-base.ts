/** What a network starts from where the guide has several bands: hyper-sharpening, area by area. */

import { namesOf } from '@bandweave/fusion';
import { pickBands } from '@bandweave/io';
import { fillMissing } from '../base-window.js';
import type { FuseOptions } from '../fuse-options.js';
import type { Plan } from '../plan.js';
import type { Inputs } from '../regions.js';
import { fuseArea, type Group, gatherStatistics, groupsOf, planFor } from './band-jobs.js';
import { fitGuide } from './fit-guide.js';
import type { GuideSummary } from './guide-options.js';

export interface GuidedBase {
  readonly base: NonNullable<Inputs['base']>;
  readonly guide: GuideSummary;
}

/** Looks at the pair once and gives the base of any area; undefined where the network has none. */
export async function guidedBase(
  inputs: Inputs,
  { job }: Plan,
  options: FuseOptions,
): Promise<GuidedBase | undefined> {
  const methods = namesOf(job.network?.preparation.base ?? 'exp');
  if (methods.every((method) => method === 'exp')) return undefined;
  const { weights, clustering, maps, bands, tile, ...rest } = options;
  const classical = { ...rest, method: methods[0] };
  const first = { pan: pickBands(inputs.pan, [0]), ms: inputs.ms };
  const whole = await planFor(inputs, first, classical);
  const guide = await fitGuide(inputs, {
    ...classical,
    scene: whole.job.scene,
    origin: whole.job.origin,
  });
  const all: Group[][] = [];
  for (const method of methods) {
    const plan = { ...whole, job: { ...whole.job, method } };
    const groups = await groupsOf(inputs, {
      whole: plan,
      summary: guide,
      options: { ...rest, method },
      float: true,
    });
    await gatherStatistics(groups, options);
    all.push(groups);
  }
  const info = { ...whole.info, dataType: 'float32' as const };
  return {
    guide,
    async base(area, signal) {
      const size = (area.rows.end - area.rows.start) * (area.cols.end - area.cols.start);
      const data = new Float32Array(all.length * info.bands * size);
      for (const [at, groups] of all.entries()) {
        const { raster } = await fuseArea(groups, area, { info, signal });
        data.set(raster.data, at * info.bands * size);
      }
      const known = Uint8Array.from({ length: size }, (_, i) => (Number.isNaN(data[i]) ? 0 : 1));
      if (known.includes(0)) {
        for (let k = 0; k < data.length; k += size) {
          fillMissing(data.subarray(k, k + size), known);
        }
      }
      return data;
    },
  };
}
