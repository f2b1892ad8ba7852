/** Which files make up a training set: pairs by name in folders, or named one after the other. */

import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '@bandweave/image';
import { patchesIn } from './patches-in.js';

export interface FoundPair {
  /** For messages and logs: the folder, or the file without its end. */
  readonly name: string;
  readonly ms: string;
  /** Missing where there is none: one is made of the bands. */
  readonly pan?: string;
  /** Already reduced by `simulate`: PAN lies on this reference's grid. */
  readonly kind: 'original' | 'reduced';
  readonly folder: string;
  /** Where the file says it. */
  readonly ratio?: number;
}

/** Folders below a folder are looked into so deep. */
const DEPTH = 2;

/**
 * The pairs that paths stand for. A folder holds `pan.tif` with `reference.tif` (written by
 * `simulate`), `pan.tif` with `ms.tif`, any number of `NAME_pan.tif` with `NAME_ms.tif`, or
 * `ms.tif` alone; else its folders are looked into. A file of patches (see `patchesIn`) is all of
 * them. Other files come by twos, PAN first; a last one alone is MS without PAN.
 *
 * @throws InputError where a path does not exist or nothing is found under it
 */
export async function findPairs(paths: readonly string[]): Promise<FoundPair[]> {
  const found: FoundPair[] = [];
  const files: string[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch(() => undefined);
    if (!kind) {
      throw new InputError(`${path}: expected a folder or a raster, got nothing; check the path.`);
    }
    if (!kind.isDirectory()) {
      const patches = await patchesIn(path);
      if (patches) found.push(...patches);
      else files.push(path);
      continue;
    }
    const inside = await pairsIn(path, DEPTH);
    if (inside.length === 0) {
      throw new InputError(
        `${path}: expected pan.tif with ms.tif or reference.tif, or NAME_pan.tif with NAME_ms.tif, got none of them; name the files themselves.`,
      );
    }
    found.push(...inside);
  }
  for (let i = 0; i < files.length; i += 2) {
    const [first, second] = files.slice(i, i + 2);
    const ms = second ?? first;
    const name = basename(ms).replace(/\.[^.]+$/, '');
    const head = { name, ms, folder: join(ms, '..'), kind: 'original' as const };
    found.push(second === undefined ? head : { ...head, pan: first });
  }
  return found;
}

async function pairsIn(folder: string, depth: number): Promise<FoundPair[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  const files = new Set(entries.filter((e) => !e.isDirectory()).map(({ name }) => name));
  const own = inFolder(folder, files);
  if (own.length > 0 || depth === 0) return own;
  const below = await Promise.all(
    entries
      .filter((entry: Dirent) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => pairsIn(join(folder, name), depth - 1)),
  );
  return below.flat();
}

function inFolder(folder: string, files: ReadonlySet<string>): FoundPair[] {
  const name = basename(folder);
  const at = (file: string) => join(folder, file);
  if (files.has('pan.tif') && files.has('reference.tif')) {
    return [{ name, folder, ms: at('reference.tif'), pan: at('pan.tif'), kind: 'reduced' }];
  }
  if (files.has('ms.tif')) {
    const head = { name, folder, ms: at('ms.tif'), kind: 'original' as const };
    return [files.has('pan.tif') ? { ...head, pan: at('pan.tif') } : head];
  }
  return [...files].flatMap((file) => {
    const [, stem] = /^(.+)_ms\.tif$/.exec(file) ?? [];
    if (stem === undefined || !files.has(`${stem}_pan.tif`)) return [];
    return [
      {
        name: `${name}/${stem}`,
        folder,
        ms: at(file),
        pan: at(`${stem}_pan.tif`),
        kind: 'original' as const,
      },
    ];
  });
}
