/** An http or https address as a byte source: only the ranges that are needed are fetched. */

import { InputError } from '@bandweave/image';
import type { ByteSource } from './byte-source.js';

const CHUNK = 65536;
const KEPT_CHUNKS = 64;
const TIMEOUT_MS = 60_000;

/** Opens an address; an InputError where it can't be reached or its server has no ranges. */
export async function openUrl(url: string, signal?: AbortSignal): Promise<ByteSource> {
  const first = await fetchRange(url, 0, CHUNK, signal);
  const chunks = new Map<number, Promise<Uint8Array>>([[0, Promise.resolve(first.bytes)]]);
  const { size } = first;

  const chunk = (index: number): Promise<Uint8Array> => {
    const kept = chunks.get(index);
    if (kept) return kept;
    const offset = index * CHUNK;
    const wanted = fetchExactly(url, offset, Math.min(CHUNK, size - offset));
    chunks.set(index, wanted);
    wanted.catch(() => chunks.delete(index));
    if (chunks.size > KEPT_CHUNKS) chunks.delete(chunks.keys().next().value as number);
    return wanted;
  };

  return {
    name: url,
    size,
    worthBridging: CHUNK,
    async read(offset, length, abort) {
      if (offset + length > size) {
        throw new InputError(
          `${url}: expected ${length} bytes at ${offset}, got a file of ${size}; it has been cut short.`,
        );
      }
      // Headers are many small reads close together, pixels are few large ones.
      if (length > CHUNK) return fetchExactly(url, offset, length, abort);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const at = offset + done;
        const index = Math.floor(at / CHUNK);
        const part = (await chunk(index)).subarray(at - index * CHUNK);
        bytes.set(part.subarray(0, length - done), done);
        done += part.length;
      }
      return bytes;
    },
    close: async () => chunks.clear(),
  };
}

async function fetchExactly(
  url: string,
  offset: number,
  length: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { bytes } = await fetchRange(url, offset, length, signal);
  if (bytes.length < length) {
    throw new InputError(
      `${url}: expected ${length} bytes at ${offset}, got ${bytes.length}; try again or download it.`,
    );
  }
  return bytes.subarray(0, length);
}

async function fetchRange(url: string, offset: number, length: number, signal?: AbortSignal) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, {
    headers: { Range: `bytes=${offset}-${offset + length - 1}` },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch((error: Error) => {
    if (signal?.aborted) throw error;
    const cause = error.cause as { code?: string } | undefined;
    throw new InputError(
      `${url}: expected an answer, got ${cause?.code ?? error.message}; check the address and the network.`,
      { cause: error },
    );
  });
  const size = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]);
  if (response.status !== 206 || !(size > 0)) {
    await response.body?.cancel();
    const got = `HTTP status ${response.status}`;
    throw new InputError(
      response.ok
        ? `${url}: expected a server that sends ranges (HTTP 206), got ${got}; download the file first.`
        : `${url}: expected a file, got ${got}; check the address.`,
    );
  }
  return { bytes: await bounded(response, url, length, signal), size };
}

/** The body, which may not be longer than what was asked for. */
async function bounded(response: Response, url: string, length: number, signal?: AbortSignal) {
  const bytes = new Uint8Array(length);
  let done = 0;
  try {
    for await (const part of response.body ?? []) {
      if (done + part.length > length) {
        throw new InputError(
          `${url}: expected at most ${length} bytes, got more; the server mistakes ranges, download the file.`,
        );
      }
      bytes.set(part, done);
      done += part.length;
    }
  } catch (error) {
    if (error instanceof InputError || signal?.aborted) throw error;
    throw new InputError(
      `${url}: expected ${length} bytes, got a connection that broke after ${done}; try again.`,
      { cause: error },
    );
  }
  return bytes.subarray(0, done);
}
