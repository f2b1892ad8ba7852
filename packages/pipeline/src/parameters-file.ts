/** Keeps a method's parameters beside the unfinished output, so that resuming skips the statistics. */

import { readFile, rename, rm, writeFile } from 'node:fs/promises';

const nameOf = (partial: string) => `${partial}.parameters.json`;

export async function rememberParameters(
  partial: string,
  job: string,
  parameters: unknown,
): Promise<void> {
  const path = nameOf(partial);
  await writeFile(`${path}.new`, JSON.stringify({ job, parameters }));
  await rename(`${path}.new`, path);
}

/** The parameters of the same job; undefined where there are none to be trusted. */
export async function recallParameters(partial: string, job: string): Promise<unknown> {
  try {
    const kept = JSON.parse(await readFile(nameOf(partial), 'utf8'));
    return kept.job === job ? kept.parameters : undefined;
  } catch {
    return undefined;
  }
}

export async function forgetParameters(partial: string): Promise<void> {
  await rm(nameOf(partial), { force: true });
}
