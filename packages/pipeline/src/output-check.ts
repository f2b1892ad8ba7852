/** Refuses outputs that would destroy something, before any work is done. */

import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '@bandweave/image';
import { parseSpec } from '@bandweave/io';
import type { RasterInput } from './fuse-options.js';

/**
 * @throws InputError where the output is one of the inputs, exists without `overwrite`, is a
 *   folder, or its folder is missing or can't be written
 */
export async function checkOutput(
  output: string,
  inputs: readonly RasterInput[],
  overwrite: boolean,
): Promise<void> {
  const there = await stat(output).catch(() => undefined);
  if (there?.isDirectory()) {
    throw new InputError(`${output}: expected a file to write, got a folder; name a file in it.`);
  }
  for (const input of inputs) {
    const path = typeof input === 'string' ? parseSpec(input).path : input.name;
    const source = there ? await stat(path).catch(() => undefined) : undefined;
    if (there && source && there.ino === source.ino && there.dev === source.dev) {
      throw new InputError(
        `${output}: expected an output other than the inputs, got the input ${path}; name another file.`,
      );
    }
  }
  if (there && !overwrite) {
    throw new InputError(
      `${output}: expected a new file, got one that exists; name another or add --overwrite.`,
    );
  }
  const folder = dirname(output);
  const parent = await stat(folder).catch(() => undefined);
  if (!parent?.isDirectory()) {
    throw new InputError(
      `${output}: expected a folder ${folder} to write to, got none; make it first.`,
    );
  }
  await access(folder, constants.W_OK).catch(() => {
    throw new InputError(
      `${output}: expected a folder that can be written, got ${folder} without the right to; choose another.`,
    );
  });
}
