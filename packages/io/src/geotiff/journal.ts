/**
 * The journal beside an unfinished file: a first line that says what is being written, then one
 * line a stored block. A run that was killed goes on from it.
 */

import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { InputError, type RasterInfo } from '@bandweave/image';
import { cannotWrite, HEADER_ROOM, type Placed } from './block-store.js';
import type { Coded } from './write-options.js';

const FORMAT = 1;

export function journalName(temporary: string): string {
  return `${temporary}.jsonl`;
}

/** What must be the same for a run to go on: compared as text. */
function heading(info: RasterInfo, coded: Coded): Record<string, string> {
  const facts = { format: FORMAT, ...info, ...coded, nodata: String(info.nodata) };
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [key, JSON.stringify(value)]),
  );
}

/** Images whose blocks a journal lists, by their number in its lines. */
export const JOURNALED = ['image', 'mask'] as const;

export class Journal {
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async create(temporary: string, info: RasterInfo, coded: Coded): Promise<Journal> {
    const path = journalName(temporary);
    const handle = await open(path, 'w').catch(cannotWrite(path));
    await handle.write(`${JSON.stringify(heading(info, coded))}\n`).catch(cannotWrite(path));
    return new Journal(path, handle);
  }

  static async reopen(temporary: string): Promise<Journal> {
    const path = journalName(temporary);
    return new Journal(path, await open(path, 'a').catch(cannotWrite(path)));
  }

  /** Notes a block that is in the store. */
  async note(image: (typeof JOURNALED)[number], block: number, placed: Placed): Promise<void> {
    const entry = [
      JOURNALED.indexOf(image),
      block,
      placed.offsets[block],
      placed.byteCounts[block],
    ];
    await this.#handle.write(`${JSON.stringify(entry)}\n`).catch(cannotWrite(this.#path));
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.#path, { force: true });
  }
}

/**
 * Fills in where the blocks of an earlier run lie and returns the byte to go on at; undefined
 * where there is no earlier run. An InputError where it wrote something else.
 */
export async function readJournal(
  temporary: string,
  {
    info,
    coded,
    images,
  }: { info: RasterInfo; coded: Coded; images: readonly (Placed | undefined)[] },
  size: number,
): Promise<number | undefined> {
  const path = journalName(temporary);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    return cannotWrite(path)(error);
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  // What follows the last newline was being written when the run ended.
  lines.pop();
  checkHeading(path, lines.shift(), heading(info, coded));
  let end = HEADER_ROOM;
  for (const line of lines) {
    const entry = parse(line);
    if (!Array.isArray(entry) || !entry.every((value) => Number.isSafeInteger(value))) break;
    const [image, block, offset, bytes] = entry as number[];
    const placed = images[image];
    if (!placed || !(block < placed.offsets.length && offset >= HEADER_ROOM && bytes > 0)) break;
    if (offset + bytes > size) break;
    placed.offsets[block] = offset;
    placed.byteCounts[block] = bytes;
    end = Math.max(end, offset + bytes);
  }
  return end;
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}

function checkHeading(
  path: string,
  line: string | undefined,
  wanted: Record<string, string>,
): void {
  const found = parse(line);
  if (typeof found !== 'object' || found === null) {
    throw new InputError(
      `${path}: expected the journal of an unfinished file, got another text; delete it and start again.`,
    );
  }
  const had = found as Record<string, unknown>;
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(had)])) {
    if (had[key] === wanted[key]) continue;
    throw new InputError(
      `${path}: expected an unfinished file with ${key} ${clip(wanted[key])}, got ${clip(had[key])}; run with the same inputs and options, or delete it and start again.`,
    );
  }
}

function clip(value: unknown): string {
  const text = String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
