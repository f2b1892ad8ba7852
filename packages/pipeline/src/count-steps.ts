/** Progress of networks that sample: evaluations done of all there will be. */

import { layoutFor, windowsOver } from './blend.js';
import type { Progress } from './fuse-options.js';
import type { Area, Job } from './job.js';

/** What counts evaluations and tells of them; undefined where the job has none. */
export function countSteps(
  { network, scene }: Job,
  areas: readonly Area[],
  onProgress?: (progress: Progress) => void,
): { readonly onStep: () => void } | undefined {
  if (!network?.sampling) return undefined;
  const layout = {
    rows: layoutFor(scene.height, network),
    cols: layoutFor(scene.width, network),
  };
  const windows = areas.reduce((sum, area) => sum + windowsOver(area, layout).length, 0);
  const total = windows * network.sampling.steps * network.sampling.samples;
  let done = 0;
  return {
    onStep: () => {
      done += 1;
      onProgress?.({ stage: 'fuse', done, total });
    },
  };
}
