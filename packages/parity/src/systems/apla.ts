/** APLA: Stable Diffusion inflated to video, and our reading of what the paper adds. */

import { join } from 'node:path';
import type { Runner } from '../case.js';
import { readTensors } from '../tensors.js';
import { runScore, runText, runTokenizer } from './apla/clip.js';
import { runUnet } from './apla/unet.js';
import { runVae } from './apla/vae.js';

/** Chosen by the tensors of a case, whatever its name. */
const KINDS: readonly (readonly [string, Runner])[] = [
  ['ids_pad_eot', runTokenizer],
  ['frame_consistency_all_pairs', runScore],
  ['last_hidden_state', runText],
  ['logvar', runVae],
  ['sample', runUnet],
];

export const runApla: Runner = async (parityCase) => {
  const io = readTensors(join(parityCase.folder, 'io.safetensors'));
  const kind = KINDS.find(([name]) => io.has(name));
  if (!kind) {
    throw new Error(
      `apla: expected tensors of a kind that is known, got ${[...io.keys()][0]}, ...`,
    );
  }
  return kind[1](parityCase);
};
