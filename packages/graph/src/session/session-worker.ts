/** The process that a worker session runs in: makes one session, then runs what it is sent. */

import { GraphError } from '../errors.js';
import type { Reply, Request } from './protocol.js';
import { createSession, type Session } from './session.js';

let session: Session | undefined;

async function answer(request: Request): Promise<Reply> {
  if (request.kind === 'create') {
    session = await createSession(request.model, request.options);
    return { kind: 'ready', inputs: session.inputs, outputs: session.outputs };
  }
  if (!session) throw new Error('session-worker: expected a session before the first run.');
  const { fetch } = request;
  return { kind: 'done', values: await session.run(request.feeds, fetch ? { fetch } : {}) };
}

process.on('message', async (request: Request) => {
  let reply: Reply;
  try {
    reply = await answer(request);
  } catch (error) {
    const input = error instanceof GraphError ? 'user' : 'other';
    reply = { kind: 'failed', message: (error as Error).message, input };
  }
  // An error here means that whoever asked is gone.
  process.send?.(reply, undefined, undefined, () => {});
});
// Whoever asked is gone; nobody waits for an answer.
process.on('disconnect', () => process.exit(0));
// An interrupt from the keyboard reaches the whole group; the parent decides what to do.
process.on('SIGINT', () => {});
