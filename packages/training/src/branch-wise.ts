/**
 * Fine-tuning of a network's branches in turn, all else left alone, as SSDiff's L-BAF does. At a
 * rank, linear maps change by B A of that rank, which is worked in at the end (Hu et al. 2021).
 */

import {
  ADAPTER_NAMES,
  type ParameterGroup,
  type Params,
  type Turns,
  withAdapters,
} from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import type { Branch, BuiltNetwork } from '@bandweave/models';
import type { Objective } from './objective.js';
import type { Settings } from './train-options.js';

/**
 * The branches to tune in turn; undefined where all is trained at once.
 *
 * @throws InputError where they are asked for and the network has none
 */
export function branchesFor(
  name: string,
  network: BuiltNetwork,
  { branchWise }: Pick<Settings, 'branchWise'>,
): readonly Branch[] | undefined {
  if (!branchWise) return undefined;
  if (network.branches) return network.branches;
  throw new InputError(
    `--branch-wise: expected a network of two branches (ssdiff with its projections), got ${name}; leave it out.`,
  );
}

/** Parameters whose branches' linear maps have adapters. */
export function lowRank(
  params: Params,
  branches: readonly Branch[],
  { rank = 1, seed }: Pick<Settings, 'rank' | 'seed'>,
): Params {
  const match = (name: string) => branches.some((branch) => branch.linear(name));
  return withAdapters(params, { match, rank, seed });
}

/** Each branch's loss, and groups that freeze everything else. */
export function turnsOf(
  branches: readonly Branch[],
  {
    params,
    objectives,
    settings,
    stepsPerEpoch,
  }: {
    readonly params: Params;
    readonly objectives: readonly Objective[];
    readonly settings: Settings;
    readonly stepsPerEpoch: number;
  },
): Turns {
  const trained = ({ owns }: Branch, name: string) =>
    owns(name) && (settings.rank === undefined || ADAPTER_NAMES.test(name));
  const known = params.entries().filter(({ kind }) => kind === 'parameter');
  return {
    every: settings.branchSteps ?? stepsPerEpoch,
    parts: branches.map((branch, i) => {
      const rest = (name: string) => !trained(branch, name);
      const frozen: ParameterGroup = { match: rest, mode: 'freeze' };
      return {
        loss: objectives[i].loss,
        buffers: objectives[i].buffers,
        groups: known.some(({ name }) => rest(name)) ? [frozen] : [],
      };
    }),
  };
}
