/** Results that are kept as they come, each in a file of its own, so that a run can go on. */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseSpec } from '@bandweave/io';

/** Changes when what is stored changes its meaning. */
const FORMAT = 1;

/** One text for everything that a result depends on. */
export function keyOf(facts: unknown): string {
  const text = JSON.stringify([FORMAT, facts]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Size and time of a file: another file of the same name is another input. */
export async function stampOf(spec: string): Promise<readonly (string | number)[]> {
  const found = await stat(parseSpec(spec).path).catch(() => undefined);
  return found ? [spec, found.size, found.mtimeMs] : [spec];
}

/** Whole or not at all. Numbers that JSON cannot hold are kept by name. */
export async function keep(path: string, key: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const named = (_: string, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? { number: String(item) } : item;
  await writeFile(`${path}.new`, `${JSON.stringify({ key, value }, named)}\n`);
  await rename(`${path}.new`, path);
}

/** What was kept under the key; undefined where there is nothing to be trusted. */
export async function recall<T>(path: string, key: string): Promise<T | undefined> {
  const unnamed = (_: string, item: unknown) =>
    typeof item === 'object' && item !== null && 'number' in item ? Number(item.number) : item;
  try {
    const kept = JSON.parse(await readFile(path, 'utf8'), unnamed);
    return kept.key === key ? (kept.value as T) : undefined;
  } catch {
    return undefined;
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
