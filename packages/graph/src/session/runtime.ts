/** What a place to run, Node or a browser, has to bring along. */

import type { Reply, Request } from './protocol.js';
import type { Provider } from './provider.js';

export type Ort = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor'>;

export interface RuntimeOptions {
  readonly threads: number;
  readonly wasmFolder: string | undefined;
}

/** `#ort`: ONNX Runtime itself. */
export interface Runtime {
  /** For messages. */
  readonly where: string;
  /** The first is the default. */
  readonly providers: readonly Provider[];
  /** Loads it. In a browser threads and folder belong to all sessions. */
  load(options: RuntimeOptions): Promise<Ort>;
}

/** `#helper`: a process or web worker with a session in it, doing one thing at a time. */
export interface Helper {
  /** @throws GraphError where the session refuses what it is asked */
  ask(request: Request): Promise<Exclude<Reply, { kind: 'failed' }>>;
  /** Ends it whatever it does; what it was asked is refused with `reason`. */
  end(reason: Error): void;
}
