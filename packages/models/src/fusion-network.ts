/** A trained fusion network opened from its weights: windows in, sharpened windows out. */

import {
  compile,
  createParams,
  createWorkerSession,
  input,
  type WorkerSession,
} from '@bandweave/graph';
import type { NetworkFacts } from './definition.js';
import { enlargeMs } from './enlarge.js';
import { openWeights } from './open-weights.js';
import type { Preparation } from './preparation.js';

export interface WindowInputs {
  /** [panBands, height, width] */
  readonly pan: Float32Array;
  /** [msBands, height / ratio, width / ratio] */
  readonly ms: Float32Array;
  /**
   * [msBands, height, width], asked for where the network looks at it: MS enlarged, or the base of
   * the preparation; made of `ms` by `enlargeMs` where it is missing.
   */
  readonly lms?: () => Float32Array;
  readonly height: number;
  readonly width: number;
}

export interface FusionNetwork {
  readonly facts: NetworkFacts;
  /** What the inputs must have gone through. */
  readonly preparation: Preparation;
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
  const { network, preparation, tensors } = await openWeights(name, path);
  const { facts } = network;
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
    const lms = input('lms', [1, msBands, height, width]);
    const output = network.build(params, { pan, ms, lms });
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
    preparation,
    async run({ pan, ms, lms, height, width }, { signal } = {}) {
      const session = await sessionFor(height, width);
      const { msBands, ratio } = facts;
      const enlarged = () =>
        enlargeMs(
          { bands: msBands, height: height / ratio, width: width / ratio, data: ms },
          ratio,
        );
      // A trace that does not look at an input has none of that name.
      const feeds: Record<string, Float32Array> = {};
      for (const { name } of session.inputs) {
        feeds[name] = name === 'pan' ? pan : name === 'ms' ? ms : (lms?.() ?? enlarged().data);
      }
      const { output } = await session.run(feeds, signal ? { signal } : {});
      return output.data as Float32Array;
    },
    async close() {
      await Promise.all([...sessions.values()].map((session) => session.close()));
      sessions.clear();
    },
  };
}
