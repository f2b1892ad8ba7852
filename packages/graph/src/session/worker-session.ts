/**
 * Sessions in processes of their own: a run does not block the caller, several run at once, and
 * one can be given up while it runs. Not in threads: a thread that ONNX Runtime works in cannot
 * be ended, and ending the program meanwhile waits for the run and then aborts.
 */

import type { ChildProcess } from 'node:child_process';
import { GraphError } from '../errors.js';
import type { Model } from '../onnx/emit.js';
import type { Reply, Request } from './protocol.js';
import type { Provider, Session, SessionOptions } from './session.js';
import { checkFeeds, type Feeds, type Port, type Value } from './values.js';

export interface WorkerSessionOptions extends SessionOptions {
  /** How many runs may go on at once, each in a process with a session of its own. */
  readonly workers?: number;
}

export interface RunOptions {
  /** Only these outputs; all by default. */
  readonly fetch?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface WorkerSession extends Session {
  run(feeds: Feeds, options?: RunOptions): Promise<Record<string, Value>>;
}

/** Starts a process from the compiled worker, also when this file itself runs from source. */
async function startHelper(): Promise<Helper> {
  // Loaded here, so that the package can be imported where there are no processes.
  const { fork } = await import('node:child_process');
  const { fileURLToPath } = await import('node:url');
  const built = fileURLToPath(new URL('./session-worker.js', import.meta.url)).replace(
    /([\\/])src([\\/]session[\\/])/,
    '$1dist$2',
  );
  const child = fork(built, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Helper(child);
}

/** A process with a session in it, doing one thing at a time. */
class Helper {
  private waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;

  constructor(private readonly child: ChildProcess) {
    const kill = () => this.child.kill('SIGKILL');
    process.once('exit', kill);
    this.child.once('exit', () => process.removeListener('exit', kill));
    // An idle one must not keep the program alive.
    this.child.unref();
    this.child.channel?.unref();
    this.child.on('message', (reply) => this.settle((w) => w.resolve(reply as Reply)));
    this.child.on('error', (error) => this.settle((w) => w.reject(error)));
    this.child.on('exit', (code, signal) => {
      const how = signal ?? `code ${code}`;
      this.settle((w) => w.reject(new Error(`session: its process ended with ${how}.`)));
    });
  }

  async ask(request: Request): Promise<Exclude<Reply, { kind: 'failed' }>> {
    this.child.channel?.ref();
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.child.send(request, (error) => error && this.settle((w) => w.reject(error)));
    }).finally(() => this.child.channel?.unref());
    if (reply.kind !== 'failed') return reply;
    throw reply.input === 'user' ? new GraphError(reply.message) : new Error(reply.message);
  }

  /** Ends it whatever it does; what it was asked is refused with `reason`. */
  end(reason: Error): void {
    this.settle((w) => w.reject(reason));
    this.child.kill('SIGKILL');
  }

  private settle(how: (waiting: NonNullable<typeof this.waiting>) => void): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) how(waiting);
  }
}

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
      return { helper, inputs: reply.inputs, outputs: reply.outputs };
    } catch (error) {
      helper.end(error as Error);
      throw error;
    }
  };
  const first = await start();
  return pool(first, {
    workers,
    provider: options.provider ?? 'cpu',
    start: async () => (await start()).helper,
  });
}

interface Started {
  readonly helper: Helper;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

interface PoolOptions {
  readonly workers: number;
  readonly provider: Provider;
  readonly start: () => Promise<Helper>;
}

function pool(
  { helper, inputs, outputs }: Started,
  { workers, provider, start }: PoolOptions,
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
