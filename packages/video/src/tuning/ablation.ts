/** The rows of the paper's ablation, each with what it adds. */

import { InputError } from '@bandweave/image';
import { HYPER_LOSS, type LossWeights, PLAIN_LOSS } from '../vgt/loss.js';

export interface Ablation {
  readonly perturbation: 'none' | 'pure' | 'hyper';
  readonly weights: LossWeights;
}

/** Weights of `adversarial` above 0 train the discriminator, too. */
export const ABLATIONS = {
  base: { perturbation: 'none', weights: PLAIN_LOSS },
  'vgt-pure': { perturbation: 'pure', weights: PLAIN_LOSS },
  'vgt-hyper': { perturbation: 'hyper', weights: PLAIN_LOSS },
  'hyper-loss': { perturbation: 'hyper', weights: { ...HYPER_LOSS, adversarial: 0 } },
  adversarial: { perturbation: 'hyper', weights: HYPER_LOSS },
} as const satisfies Readonly<Record<string, Ablation>>;

export type AblationName = keyof typeof ABLATIONS;

/** @throws InputError for a name that is none of them */
export function ablationOf(name: string): Ablation {
  if (name in ABLATIONS) return ABLATIONS[name as AblationName];
  throw new InputError(
    `animate: expected a variant of ${Object.keys(ABLATIONS).join(', ')}, got ${name}.`,
  );
}
