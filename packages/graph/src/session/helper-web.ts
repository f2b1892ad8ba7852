/** Helpers in a browser: web workers, which end at once when told to. */

import type { Reply } from './protocol.js';
import type { Helper } from './runtime.js';
import { Waiting } from './waiting.js';

/** As much of a web worker as is used; the page's types would clash with Node's. */
interface WebWorker {
  onmessage: ((event: { readonly data: Reply }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}
declare const Worker: new (url: URL, options: { readonly type: 'module' }) => WebWorker;

export async function startHelper(): Promise<Helper> {
  // Written like this, bundlers see that the worker is a file of its own.
  const worker = new Worker(new URL('./web-worker.js', import.meta.url), { type: 'module' });
  const waiting = new Waiting();
  worker.onmessage = ({ data }) => waiting.answer(data);
  worker.onerror = ({ message = 'it could not be loaded' }) => {
    waiting.refuse(new Error(`session: its web worker ended, ${message}.`));
  };
  return {
    ask: (request) => waiting.ask(() => worker.postMessage(request)),
    end: (reason) => {
      waiting.refuse(reason);
      worker.terminate();
    },
  };
}
