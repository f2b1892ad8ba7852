/** The process that a worker session of Node runs in. */

import { answerer } from './answer.js';
import type { Request } from './protocol.js';

const answer = answerer();

process.on('message', async (request: Request) => {
  // An error here means that whoever asked is gone.
  process.send?.(await answer(request), undefined, undefined, () => {});
});
// Whoever asked is gone; nobody waits for an answer.
process.on('disconnect', () => process.exit(0));
// An interrupt from the keyboard reaches the whole group; the parent decides what to do.
process.on('SIGINT', () => {});
