/**
 * Running a model on ONNX Runtime in this thread, in Node or in a browser. A run blocks it: see
 * worker-session.ts for one that does not. The provider asked for is the provider used, or creation
 * fails.
 */

import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { runtime } from '#ort';
import type { ElementType } from '../core/element-type.js';
import { GraphError } from '../errors.js';
import type { Model } from '../onnx/emit.js';
import type { Provider } from './provider.js';
import { checkFeeds, type Feeds, type Port, type Value } from './values.js';

export interface SessionOptions {
  /** Where it runs; never silently another. 'cpu' in Node and 'wasm' in a browser by default. */
  readonly provider?: Provider;
  /**
   * Operators that the provider has no kernel for: 'processor' runs them there, which is right for
   * a few small ones; 'refuse' refuses the model.
   */
  readonly unsupported?: 'processor' | 'refuse';
  /**
   * Threads within one operator; 0 lets ONNX Runtime choose. In a browser all sessions of a page
   * share those of the first, and more than one need cross-origin isolation.
   */
  readonly threads?: number;
  /**
   * Whether threads wait for work by spinning: faster for one session that is always busy, a waste
   * of the processor where others need it. ONNX Runtime spins.
   */
  readonly idleThreads?: 'spin' | 'sleep';
  /** In a browser: URL of the folder of the runtime's .wasm files, if the bundler does not say. */
  readonly wasmFolder?: string;
  /** ONNX Runtime's rewriting of the graph; 'none' helps to find out who is to blame. */
  readonly optimization?: 'all' | 'none';
  /** Reuse one block of memory per run: faster, holds more. */
  readonly memoryPattern?: boolean;
}

export interface RunOptions {
  /** Only these outputs; all by default. */
  readonly fetch?: readonly string[];
  /** In this thread a run that has begun goes on to its end, and is refused there. */
  readonly signal?: AbortSignal;
}

export interface Session {
  /** The provider that runs it. */
  readonly provider: Provider;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Values of the outputs by name; all of them unless `fetch` names some. */
  run(feeds: Feeds, options?: RunOptions): Promise<Record<string, Value>>;
  close(): Promise<void>;
}

const KNOWN: ReadonlySet<string> = new Set([
  'float32',
  'float64',
  'int64',
  'int32',
  'uint8',
  'bool',
]);

function elementType(name: string, type: string): ElementType {
  if (KNOWN.has(type)) return type as ElementType;
  throw new GraphError(`model: expected ${name} of a type that is held here, got ${type}.`);
}

function ports(metadata: InferenceSession['inputMetadata']): Port[] {
  return metadata.map((m) => {
    if (!m.isTensor)
      throw new GraphError(`model: expected ${m.name} to be a tensor, got another kind of value.`);
    const shape = m.shape.map((d) => (typeof d === 'number' && d >= 0 ? d : -1));
    return { name: m.name, dtype: elementType(m.name, m.type), shape };
  });
}

/**
 * A session for a model of ours, or for any ONNX file by its bytes or path. Weights that lie in
 * files beside it are found by path only.
 *
 * @throws GraphError where the provider is not available or the model is refused
 */
export async function createSession(
  model: Model | Uint8Array | string,
  {
    provider = runtime.providers[0],
    unsupported = 'processor',
    threads = 0,
    idleThreads = 'spin',
    memoryPattern = true,
    optimization = 'all',
    wasmFolder,
  }: SessionOptions = {},
): Promise<Session> {
  if (!runtime.providers.includes(provider)) {
    throw new GraphError(
      `createSession: expected ${runtime.providers.join(' or ')} in ${runtime.where}, got ${provider}.`,
    );
  }
  const ort = await runtime.load({ threads, wasmFolder });
  const source = typeof model === 'string' || model instanceof Uint8Array ? model : model.bytes;
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(source as Uint8Array, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      graphOptimizationLevel: optimization === 'all' ? 'all' : 'disabled',
      enableMemPattern: memoryPattern,
      extra: {
        session: {
          intra_op: { allow_spinning: idleThreads === 'spin' ? '1' : '0' },
          disable_cpu_ep_fallback: unsupported === 'refuse' ? '1' : '0',
        },
      },
      // Errors are thrown; they need not be printed, too.
      logSeverityLevel: 4,
    });
  } catch (error) {
    const why = (error as Error).message.split('\n')[0];
    throw new GraphError(
      `createSession: expected a model that runs on ${provider}, got "${why}".`,
      { cause: error },
    );
  }
  const inputs = ports(session.inputMetadata);
  const outputs = ports(session.outputMetadata);
  return {
    provider,
    inputs,
    outputs,
    run: async (feeds, { fetch, signal } = {}) => {
      signal?.throwIfAborted();
      const fed: Record<string, OrtTensor> = {};
      for (const [name, { dtype, shape, data }] of Object.entries(checkFeeds(inputs, feeds))) {
        fed[name] = new ort.Tensor(dtype, data as Float32Array, shape);
      }
      const results = await session.run(fed, fetch ?? outputs.map((o) => o.name));
      signal?.throwIfAborted();
      const out: Record<string, Value> = {};
      for (const [name, t] of Object.entries(results)) {
        out[name] = {
          dtype: elementType(name, t.type),
          shape: t.dims,
          data: t.data as Value['data'],
        };
      }
      return out;
    },
    close: () => session.release(),
  };
}
