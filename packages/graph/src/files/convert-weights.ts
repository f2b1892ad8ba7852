/** Weights of any readable kind rewritten as safetensors. */

import type { FileInput } from './byte-source.js';
import { type LoadOptions, loadStateDict } from './load-state-dict.js';
import { writeSafetensors } from './safetensors-write.js';

/**
 * Reads weights (`.pth`, `.pt`, safetensors) and writes one safetensors file with the same tensors,
 * bit for bit, under a temporary name that is renamed when the file is whole.
 *
 * @returns one line that says what was found in the input
 * @throws GraphError for an input that is no weights file or an output that cannot be written
 */
export async function convertWeights(
  input: FileInput,
  output: string,
  options: LoadOptions = {},
): Promise<string> {
  const { tensors, metadata, found } = await loadStateDict(input, options);
  await writeSafetensors(output, tensors, { metadata });
  return found;
}
