/** The web worker that a worker session of a page runs in. */

import { answerer } from './answer.js';
import type { Request } from './protocol.js';

/** As much of a worker's global scope as is used; the whole would be another set of types. */
interface Scope {
  onmessage: ((event: { readonly data: Request }) => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as Scope;
const answer = answerer();
scope.onmessage = async ({ data }) => scope.postMessage(await answer(data));
