/** Short names for pairs, from their files. */

import { basename, dirname, extname } from 'node:path';
import { parseSpec } from '@bandweave/io';
import type { ComparePair } from './compare-options.js';

/** Names that say nothing of the scene: then its folder's name does. */
const PLAIN = /^(pan|panchromatic|image|scene)$/i;

/** One name a pair, each once, fit for a folder. */
export function pairNames(pairs: readonly ComparePair[]): string[] {
  const seen = new Map<string, number>();
  return pairs.map(({ pan }) => {
    const { path } = parseSpec(pan);
    const own = basename(path, extname(path));
    const name = (PLAIN.test(own) ? basename(dirname(path)) : own)
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+/, '');
    const base = name === '' ? 'scene' : name;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return count === 1 ? base : `${base}-${count}`;
  });
}
