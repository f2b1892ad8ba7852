/** FusionMamba with weights, ready for windows. */

import { createParams, input, type StateDict } from '@bandweave/graph';
import {
  createWindowRunner,
  type WindowRunner,
  type WindowRunnerOptions,
} from '../window-runner.js';
import { configFromStateDict, type FusionMambaConfig } from './config.js';
import { fusionMamba } from './network.js';

export interface LoadOptions extends WindowRunnerOptions {
  /** How messages call the weights. */
  readonly file?: string;
}

/** PAN sides are halved twice. */
const MULTIPLE = 4;

/**
 * A runner for the network that the weights belong to: bands, ratio and width are read off them.
 *
 * @throws GraphError where they are weights of another network
 */
export function loadFusionMamba(
  weights: StateDict,
  { file = 'weights', ...options }: LoadOptions = {},
): WindowRunner & { readonly config: FusionMambaConfig } {
  const config = configFromStateDict(weights, { file });
  const { panBands, msBands, ratio } = config;
  const params = createParams({ weights, file });
  const network = fusionMamba(config);
  // One small trace tells at once whether every weight is there and of the right shape.
  network.build(params, {
    ms: input('ms', [1, msBands, MULTIPLE, MULTIPLE]),
    pan: input('pan', [1, panBands, MULTIPLE * ratio, MULTIPLE * ratio]),
  });
  params.finish();
  const runner = createWindowRunner(
    {
      name: 'fusionmamba',
      panBands,
      msBands,
      ratio,
      multiple: MULTIPLE,
      build: (inputs) => network.build(params, inputs),
    },
    options,
  );
  return { ...runner, config };
}
