/** How long a run is: in steps of the data, or in what fits a time. */

import type { TrainingScene } from './data/index.js';
import type { Settings } from './train-options.js';

/** Steps that see about as many patches as fit the scenes, half overlapping. */
export function defaultEpoch(
  scenes: readonly TrainingScene[],
  { patch, batch, accumulate }: Settings,
) {
  const area = scenes.reduce((sum, { pan }) => sum + pan.height * pan.width, 0);
  return Math.max(1, Math.ceil(area / (patch / 2) ** 2 / (batch * accumulate)));
}

/** Updates and validations that fit a time; validations take a sixth of it at most. */
export function spread(
  seconds: number,
  {
    each,
    evaluationSeconds,
    most,
    settings,
  }: { each: number; evaluationSeconds: number; most: number; settings: Settings },
): { total: number; every: number } {
  const { validateEvery } = settings;
  const rough = Math.max(1, Math.min(most, Math.floor((0.95 * seconds) / each)));
  const sparse = Math.ceil((6 * evaluationSeconds) / each);
  const every = validateEvery ?? Math.max(10, Math.round(rough / 20), Math.min(sparse, rough));
  const cost = each + evaluationSeconds / every;
  return { every, total: Math.max(1, Math.min(most, Math.floor((0.95 * seconds) / cost))) };
}
