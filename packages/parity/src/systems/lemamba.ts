/** LE-Mamba: the output, and where a case trains, the loss and every gradient. */

import { createParams } from '@bandweave/graph';
import { leMamba, leMambaConfigFrom } from '@bandweave/models';
import type { Runner } from '../case.js';
import { readStored } from '../graph-case.js';
import { judgeNetwork } from '../network-case.js';

export const runLemamba: Runner = async ({ folder, json }) => {
  const weights = await readStored(folder, 'weights.safetensors');
  const params = createParams({ weights, file: folder });
  const config = leMambaConfigFrom(weights, { windows: json.config?.window_sizes ?? [] });
  return judgeNetwork({
    folder,
    json,
    params,
    inputs: ['lms', 'pan'],
    build: ({ lms, pan }) => leMamba(config).build(params, { lms, pan }),
  });
};
