/** Sessions by key, such as the shape of a window: made once, the longest unused closed first. */

import type { Session } from './session.js';

export interface SessionCache<S extends Session> {
  /** The session of this key; made the first time it is asked for. */
  get(key: string): Promise<S>;
  close(): Promise<void>;
}

/** At most `limit` sessions stay open. */
export function createSessionCache<S extends Session>(
  make: (key: string) => Promise<S>,
  { limit = 4 }: { readonly limit?: number } = {},
): SessionCache<S> {
  const open = new Map<string, Promise<S>>();
  const dispose = async (session: Promise<S>) => {
    await session.then(
      (s) => s.close(),
      () => undefined,
    );
  };
  return {
    get: (key) => {
      const known = open.get(key);
      const session = known ?? make(key);
      open.delete(key);
      open.set(key, session);
      // A failure is told to who asked, and the next one may try again.
      if (!known) session.catch(() => open.delete(key));
      if (open.size > limit) {
        const [oldest, unused] = [...open][0];
        open.delete(oldest);
        void dispose(unused);
      }
      return session;
    },
    close: async () => {
      const all = [...open.values()];
      open.clear();
      await Promise.all(all.map(dispose));
    },
  };
}
