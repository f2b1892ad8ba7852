/** A network by name with the weights of a file. */

import { GraphError, loadStateDict, type StateDict } from '@bandweave/graph';
import type { BuiltNetwork, NetworkDefinition, WeightsSource } from './definition.js';
import { findNetwork, NETWORKS } from './networks.js';
import { type Preparation, prepared } from './preparation.js';
import { preparationOf, sourceOf } from './weights-metadata.js';

export interface OpenedWeights {
  readonly definition: NetworkDefinition;
  /** As it is run under its preparation. */
  readonly network: BuiltNetwork;
  /** What its inputs must have gone through. */
  readonly preparation: Preparation;
  /** Under the names of the trace. */
  readonly tensors: StateDict;
}

/**
 * The network that a file's weights belong to, for the pair where the file does not say for which.
 *
 * @throws GraphError in one line where the name is unknown, or the file is no weights file, cut
 * short, or another network's
 */
export async function openWeights(
  name: string,
  path: string,
  known: Pick<WeightsSource, 'pair' | 'ratio'> = {},
): Promise<OpenedWeights> {
  const definition = findNetwork(name);
  if (!definition) {
    const known = NETWORKS.map((network) => network.name).join(', ');
    throw new GraphError(`network: expected one of ${known}, got '${name}'.`);
  }
  const { tensors: stored, metadata } = await loadStateDict(path);
  const tensors = definition.renamed?.(stored) ?? stored;
  const preparation = preparationOf(metadata, path);
  const network = prepared(
    definition.open(tensors, { ...sourceOf(metadata, path), ...known }),
    preparation,
  );
  return { definition, network, preparation, tensors };
}
