/** FusionMamba: the output, and where a case trains, the loss and every gradient. */

import { createParams } from '@bandweave/graph';
import { configFromStateDict, fusionMamba } from '@bandweave/models';
import type { Runner } from '../case.js';
import { readStored } from '../graph-case.js';
import { judgeNetwork } from '../network-case.js';

export const runFusionmamba: Runner = async ({ folder, json }) => {
  const weights = await readStored(folder, 'weights.safetensors');
  const params = createParams({ weights, file: folder });
  const network = fusionMamba(configFromStateDict(weights));
  return judgeNetwork({
    folder,
    json,
    params,
    inputs: ['ms', 'pan'],
    build: ({ ms, pan }) => network.build(params, { ms, pan }),
  });
};
