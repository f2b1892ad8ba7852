/** What a session and the process that runs it say to each other. */

import type { Provider } from './provider.js';
import type { SessionOptions } from './session.js';
import type { Port, Value } from './values.js';

export type Request =
  | {
      readonly kind: 'create';
      readonly model: Uint8Array | string;
      readonly options: SessionOptions;
    }
  | {
      readonly kind: 'run';
      readonly feeds: Readonly<Record<string, Value>>;
      readonly fetch: readonly string[] | undefined;
    };

export type Reply =
  | {
      readonly kind: 'ready';
      readonly provider: Provider;
      readonly inputs: readonly Port[];
      readonly outputs: readonly Port[];
    }
  | { readonly kind: 'done'; readonly values: Readonly<Record<string, Value>> }
  | { readonly kind: 'failed'; readonly message: string; readonly input: 'user' | 'other' };
