/** Finds the cases below a folder. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { loadCase, type ParityCase } from './case.js';

/** Information, not a case: quality figures of other programs. */
const PASSED_OVER = new Set(['metrics/peer_quality_bars']);

/**
 * Every case at or below `folder`, in the order of their names. Folders whose name begins
 * with `_` hold inputs of others. A case right below `parity` is its own system.
 */
export function discoverCases(folder: string): ParityCase[] {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new Error(
      `parity: expected a folder, got ${folder}; name one that holds case.json files.`,
    );
  }
  const found: ParityCase[] = [];
  visit(root, found);
  return found;
}

function visit(folder: string, found: ParityCase[]): void {
  const name = basename(folder);
  if (name.startsWith('_')) return;
  if (existsSync(join(folder, 'case.json'))) {
    const above = basename(dirname(folder));
    if (PASSED_OVER.has(`${above}/${name}`)) return;
    found.push(loadCase(folder, above === 'parity' ? name : above, name));
    return;
  }
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (entry.isDirectory()) visit(join(folder, entry.name), found);
  }
}
