/** Runs tasks a few at a time and takes their results in the order of the list. */

/**
 * `start(item)` for every item with at most `ahead` under way or waiting to be taken; `take` gets
 * each result in the order of the items, one after another.
 */
export async function inOrder<T, R>(
  items: readonly T[],
  {
    ahead,
    start,
    take,
    signal,
  }: {
    readonly ahead: number;
    readonly start: (item: T) => Promise<R>;
    readonly take: (result: R, item: T) => Promise<void> | void;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const running: Promise<R>[] = [];
  let next = 0;
  const fill = () => {
    while (running.length < ahead && next < items.length) {
      const promise = start(items[next++]);
      // Whoever fails first is awaited in turn; the others must not count as unhandled meanwhile.
      promise.catch(() => {});
      running.push(promise);
    }
  };
  fill();
  for (let taken = 0; running.length > 0; taken++) {
    const result = await abortable(running.shift() as Promise<R>, signal);
    fill();
    await take(result, items[taken]);
  }
}

/** The promise, or the signal's reason as soon as it aborts. */
export function abortable<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
