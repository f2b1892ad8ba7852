/**
 * Sessions in processes of their own, or in web workers: a run does not block the caller, several
 * run at once, and one can be given up while it runs. Not in threads of Node: a thread that ONNX
 * Runtime works in cannot be ended, and ending the program meanwhile waits for the run and then
 * aborts.
 */

import { startHelper } from '#helper';
import { GraphError } from '../errors.js';
import type { Model } from '../onnx/emit.js';
import type { Request } from './protocol.js';
import type { Provider } from './provider.js';
import type { Helper } from './runtime.js';
import type { Session, SessionOptions } from './session.js';
import { checkFeeds, type Port } from './values.js';

export interface WorkerSessionOptions extends SessionOptions {
  /** How many runs may go on at once, each in a process with a session of its own. */
  readonly workers?: number;
}

/** A session whose runs block nobody, and end at once when their signal says so. */
export type WorkerSession = Session;

/**
 * A session in processes of its own. The first is started at once, so that a model or provider
 * that is refused is refused here; others when needed.
 *
 * @throws GraphError as `createSession`
 */
export async function createWorkerSession(
  model: Model | Uint8Array | string,
  { workers = 1, ...options }: WorkerSessionOptions = {},
): Promise<WorkerSession> {
  if (!(workers >= 1))
    throw new GraphError(`createWorkerSession: expected at least one worker, got ${workers}.`);
  const source = typeof model === 'string' || model instanceof Uint8Array ? model : model.bytes;
  const start = async () => {
    const helper = await startHelper();
    try {
      const reply = await helper.ask({ kind: 'create', model: source, options });
      if (reply.kind !== 'ready') throw new Error('session: expected the helper to be ready.');
      return { helper, provider: reply.provider, inputs: reply.inputs, outputs: reply.outputs };
    } catch (error) {
      helper.end(error as Error);
      throw error;
    }
  };
  const first = await start();
  return pool(first, {
    workers,
    start: async () => (await start()).helper,
  });
}

interface Started {
  readonly helper: Helper;
  readonly provider: Provider;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

interface PoolOptions {
  readonly workers: number;
  readonly start: () => Promise<Helper>;
}

function pool(
  { helper, provider, inputs, outputs }: Started,
  { workers, start }: PoolOptions,
): WorkerSession {
  const idle: Helper[] = [helper];
  const busy = new Set<Helper>();
  const queue: (() => void)[] = [];
  let places = workers;
  let closed = false;

  /** Waits until one of the places is free. */
  const enter = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      if (places > 0) {
        places--;
        resolve();
        return;
      }
      const go = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        queue.splice(queue.indexOf(go), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      queue.push(go);
    });
  const leave = () => {
    const next = queue.shift();
    if (next) next();
    else places++;
  };

  const runIn = async (owner: Helper, request: Request, signal: AbortSignal | undefined) => {
    busy.add(owner);
    const abort = () => owner.end(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const reply = await owner.ask(request);
      if (reply.kind !== 'done') throw new Error('session: expected values from the helper.');
      idle.push(owner);
      return { ...reply.values };
    } catch (error) {
      // A refused run leaves the helper as it was; anything else has ended it.
      if (error instanceof GraphError) idle.push(owner);
      else owner.end(error as Error);
      throw error;
    } finally {
      busy.delete(owner);
      signal?.removeEventListener('abort', abort);
    }
  };

  return {
    provider,
    inputs,
    outputs,
    run: async (feeds, { fetch, signal } = {}) => {
      if (closed) throw new Error('session: expected an open session, got a closed one.');
      signal?.throwIfAborted();
      const request: Request = { kind: 'run', feeds: checkFeeds(inputs, feeds), fetch };
      await enter(signal);
      try {
        const owner = idle.pop() ?? (await start());
        return await runIn(owner, request, signal);
      } finally {
        leave();
      }
    },
    close: async () => {
      closed = true;
      const reason = new Error('session: closed.');
      for (const helper of [...idle, ...busy]) helper.end(reason);
    },
  };
}
