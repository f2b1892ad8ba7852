/** A trained fusion network opened from its weights: windows in, sharpened windows out. */

import {
  compile,
  createParams,
  createWorkerSession,
  GraphError,
  input,
  loadStateDict,
  type Params,
  type StateDict,
  type Tensor,
  type WorkerSession,
} from '@bandweave/graph';
import { configFromStateDict, fusionMamba } from './fusionmamba/index.js';
import { NETWORK_LIST, type NetworkInfo } from './network-list.js';

/** What every pansharpening network states of itself. */
export interface NetworkFacts {
  readonly panBands: number;
  readonly msBands: number;
  /** PAN pixels a MS pixel. */
  readonly ratio: number;
  /** Sides of MS windows are multiples of this. */
  readonly msStep: number;
  /**
   * PAN position of the centre of MS pixel 0 that the network was trained with: ratio / 2, since
   * training pairs are reduced as the toolboxes do.
   */
  readonly phase: number;
}

interface NetworkDefinition extends NetworkInfo {
  readonly open: (
    weights: StateDict,
    file: string,
  ) => {
    readonly facts: NetworkFacts;
    readonly build: (params: Params, inputs: { pan: Tensor; ms: Tensor }) => Tensor;
  };
}

/** Networks that `fuse` runs, by name. */
export const NETWORKS: readonly NetworkDefinition[] = [
  {
    ...NETWORK_LIST[0],
    open: (weights, file) => {
      const config = configFromStateDict(weights, { file });
      const { panBands, msBands, ratio } = config;
      const msStep = ratio % 4 === 0 ? 1 : ratio % 2 === 0 ? 2 : 4;
      return {
        facts: { panBands, msBands, ratio, msStep, phase: Math.floor(ratio / 2) },
        build: fusionMamba(config).build,
      };
    },
  },
];

/** The network of that name; undefined for names of other methods. */
export function findNetwork(name: string): NetworkDefinition | undefined {
  return NETWORKS.find((network) => network.name === name);
}

export interface WindowInputs {
  /** [panBands, height, width] */
  readonly pan: Float32Array;
  /** [msBands, height / ratio, width / ratio] */
  readonly ms: Float32Array;
  readonly height: number;
  readonly width: number;
}

export interface FusionNetwork {
  readonly facts: NetworkFacts;
  /**
   * [msBands, height, width]; values as the network gives them, not clamped. Runs in a process of
   * its own, so that the signal ends it in the middle.
   */
  run(inputs: WindowInputs, options?: { readonly signal?: AbortSignal }): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Sessions of different window sizes that are kept: the usual one, and those at the edges. */
const MOST_SESSIONS = 4;

/**
 * The network with the weights of a file.
 *
 * @throws GraphError in one line where the file is no weights file, cut short, or another network's
 */
export async function openFusionNetwork(
  name: string,
  path: string,
  { threads = 0 }: { readonly threads?: number } = {},
): Promise<FusionNetwork> {
  const definition = findNetwork(name);
  if (!definition) {
    const known = NETWORKS.map((network) => network.name).join(', ');
    throw new GraphError(`network: expected one of ${known}, got '${name}'.`);
  }
  const { tensors } = await loadStateDict(path);
  const { facts, build } = definition.open(tensors, path);
  const sessions = new Map<string, WorkerSession>();

  const sessionFor = async (height: number, width: number): Promise<WorkerSession> => {
    const key = `${height}x${width}`;
    const known = sessions.get(key);
    if (known) {
      sessions.delete(key);
      sessions.set(key, known);
      return known;
    }
    const { panBands, msBands, ratio } = facts;
    const params = createParams({ weights: tensors, file: path });
    const pan = input('pan', [1, panBands, height, width]);
    const ms = input('ms', [1, msBands, height / ratio, width / ratio]);
    const output = build(params, { pan, ms });
    params.finish();
    const model = compile({ output }, { weights: 'initializers' });
    const session = await createWorkerSession(model, { threads });
    sessions.set(key, session);
    if (sessions.size > MOST_SESSIONS) {
      const [oldest, stale] = [...sessions][0];
      sessions.delete(oldest);
      await stale.close();
    }
    return session;
  };

  return {
    facts,
    async run({ pan, ms, height, width }, { signal } = {}) {
      const session = await sessionFor(height, width);
      const { output } = await session.run({ pan, ms }, signal ? { signal } : {});
      return output.data as Float32Array;
    },
    async close() {
      await Promise.all([...sessions.values()].map((session) => session.close()));
      sessions.clear();
    },
  };
}
