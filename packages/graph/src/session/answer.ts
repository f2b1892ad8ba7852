/** What a helper does: makes one session, then runs what it is sent. */

import { GraphError } from '../errors.js';
import type { Reply, Request } from './protocol.js';
import { createSession, type Session } from './session.js';

/** Answers the requests of one helper; never throws. */
export function answerer(): (request: Request) => Promise<Reply> {
  let session: Session | undefined;
  const answer = async (request: Request): Promise<Reply> => {
    if (request.kind === 'create') {
      session = await createSession(request.model, request.options);
      const { provider, inputs, outputs } = session;
      return { kind: 'ready', provider, inputs, outputs };
    }
    if (!session) throw new Error('session: expected a model before the first run.');
    const { fetch } = request;
    return { kind: 'done', values: await session.run(request.feeds, fetch ? { fetch } : {}) };
  };
  return (request) =>
    answer(request).catch((error) => {
      const input = error instanceof GraphError ? 'user' : 'other';
      return { kind: 'failed', message: (error as Error).message, input };
    });
}
