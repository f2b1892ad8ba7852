/** Where weights may be written. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@bandweave/image';

/**
 * Sees that weights may be written, and that no run under way is lost unasked.
 *
 * @throws InputError in one line with the way out
 */
export function checkPlace(
  output: string,
  folder: string,
  { resume, overwrite }: { readonly resume?: boolean; readonly overwrite?: boolean },
): void {
  if (!output.endsWith('.safetensors')) {
    throw new InputError(
      `--output: expected a name that ends in .safetensors, got ${output}; for example weights.safetensors.`,
    );
  }
  if (existsSync(output) && !overwrite) {
    throw new InputError(`${output}: expected no file of that name, got one; add --overwrite.`);
  }
  const begun = existsSync(join(folder, 'checkpoint.safetensors'));
  if (begun && !resume && !overwrite) {
    throw new InputError(
      `${folder}: expected no run under way, got its checkpoint; add --resume to go on, or --overwrite to begin anew.`,
    );
  }
  if (resume && !begun) {
    throw new InputError(
      `--resume: expected a checkpoint in ${folder}, got none; leave --resume out.`,
    );
  }
}
