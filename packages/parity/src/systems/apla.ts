/** APLA: Stable Diffusion inflated to video, and our reading of what the paper adds. */

import { join } from 'node:path';
import type { Runner } from '../case.js';
import { readTensors } from '../tensors.js';
import { runScore, runText, runTokenizer } from './apla/clip.js';
import { runPipeline } from './apla/pipeline.js';
import { runSchedule } from './apla/schedule.js';
import { runTrainSteps } from './apla/train-steps.js';
import { runUnet } from './apla/unet.js';
import { runVae } from './apla/vae.js';
import { runVgt } from './apla/vgt.js';

/** Chosen by the tensors of a case, whatever its name: the first that it has. */
const KINDS: readonly (readonly [string, Runner])[] = [
  ['ids_pad_eot', runTokenizer],
  ['frame_consistency_all_pairs', runScore],
  ['last_hidden_state', runText],
  ['logvar', runVae],
  ['alphas_cumprod', runSchedule],
  ['inversion', runPipeline],
  ['loss_gradnorm0', runTrainSteps],
  ['perturbation', runVgt],
  ['sample', runUnet],
];

export const runApla: Runner = async (parityCase) => {
  const io = readTensors(join(parityCase.folder, 'io.safetensors'));
  const kind = KINDS.find(([name]) => io.has(name));
  if (!kind) {
    const first = [...io.keys()].slice(0, 3).join(', ');
    throw new Error(`apla: expected tensors of a kind that is known, got ${first}.`);
  }
  return kind[1](parityCase);
};
