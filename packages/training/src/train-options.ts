/** Everything that training can be told, checked: the recipe of the paper, changed by a file and by options. */

import { InputError } from '@bandweave/image';
import { type NetworkDefinition, PLAIN, type Preparation, type Recipe } from '@bandweave/models';
import { z } from 'zod';
import type { Augmentation } from './data/augmentation.js';

const schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({
    kind: z.literal('step'),
    every: z.number().positive(),
    factor: z.number().positive(),
  }),
  z.strictObject({ kind: z.literal('cosine'), min: z.number().nonnegative() }),
  z.strictObject({
    kind: z.literal('restarts'),
    first: z.number().positive(),
    multiply: z.number().min(1),
    min: z.number().nonnegative(),
    decay: z.number().positive(),
  }),
]);

const whole = z.number().int();
const share = z.number().min(0).max(1);

/** What a recipe file may hold, and what options may change: every key may be left out. */
export const RECIPE_FILE = z.strictObject({
  // As papers state them.
  optimizer: z.enum(['adam', 'adamw', 'sgd']).optional(),
  betas: z.tuple([share, share]).optional(),
  weightDecay: z.number().nonnegative().optional(),
  lr: z.number().positive().optional(),
  schedule: schedule.optional(),
  warmUp: z.number().nonnegative().optional(),
  epochs: z.number().positive().optional(),
  batch: whole.min(1).max(4096).optional(),
  accumulate: whole.min(1).max(1024).optional(),
  patch: whole.min(8).max(1024).optional(),
  loss: z.enum(['own', 'l1', 'l2', 'l1-structure', 'hybrid']).optional(),
  clip: z.number().nonnegative().optional(),
  ema: z.number().min(0).max(0.99999).optional(),
  // The network.
  variant: z.string().optional(),
  sizes: z.record(z.string(), z.number()).optional(),
  // How images are prepared; see `Preparation`.
  normalise: z.enum(['range', 'scene']).optional(),
  base: z.string().optional(),
  inputs: z.enum(['plain', 'high-pass']).optional(),
  // Fine-tuning of branches in turn.
  branchWise: z.boolean().optional(),
  branchSteps: whole.min(1).optional(),
  rank: whole.min(1).max(512).optional(),
  // Augmentation.
  flips: z.boolean().optional(),
  gain: z.number().nonnegative().max(1).optional(),
  mtf: z.number().nonnegative().max(1).optional(),
  shift: z.number().nonnegative().max(4).optional(),
  bandDropout: share.optional(),
  // The run.
  seed: whole
    .min(0)
    .max(2 ** 31)
    .optional(),
  steps: whole.min(1).optional(),
  stepsPerEpoch: whole.min(1).optional(),
  minutes: z.number().positive().optional(),
  holdBack: z.number().min(0).max(0.5).optional(),
  validateEvery: whole.min(1).optional(),
  patience: whole.min(0).optional(),
  keep: z.enum(['best', 'last']).optional(),
  threads: whole.min(0).max(256).optional(),
});

export type RecipeFile = z.infer<typeof RECIPE_FILE>;

/** Settings with everything decided; kept with the run, so that a resumed one is the same. */
export interface Settings extends Recipe {
  readonly variant?: string;
  readonly sizes: Readonly<Record<string, number>>;
  /** Branches of the network are tuned in turn, the rest is left alone (L-BAF). */
  readonly branchWise?: boolean;
  /** Updates of a branch in a turn; those of an epoch where it is missing. */
  readonly branchSteps?: number;
  /** Linear maps of a branch are changed at this rank alone, and the change is worked in at the end. */
  readonly rank?: number;
  readonly preparation: Preparation;
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** Updates in all; decided by epochs or minutes where it is missing. */
  readonly steps?: number;
  readonly stepsPerEpoch?: number;
  readonly minutes?: number;
  /** Share of each scene that is only looked at. */
  readonly holdBack: number;
  readonly validateEvery?: number;
  /** Validations without a better one after which training stops; 0: never. */
  readonly patience: number;
  readonly keep: 'best' | 'last';
  readonly threads: number;
}

/**
 * Checks what a recipe file or options say.
 *
 * @throws InputError in one line that names the file and the key
 */
export function parseRecipe(value: unknown, file: string): RecipeFile {
  const parsed = RECIPE_FILE.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  const where = path.length > 0 ? ` at ${path.join('.')}` : '';
  const said = message.charAt(0).toLowerCase() + message.slice(1);
  throw new InputError(
    `${file}: expected a recipe, got a mistake${where}: ${said.replace(/\s+/g, ' ')}; see docs/training.md for the keys.`,
  );
}

/** The paper's recipe of a network with what files and options change, later ones last. */
export function settingsFor(
  { name, recipe, preparation = PLAIN, variants, sizes }: NetworkDefinition,
  ...changes: readonly RecipeFile[]
): Settings {
  // An undefined value changes nothing.
  const given: RecipeFile = Object.assign(
    {},
    ...changes.map((change) =>
      Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
    ),
  );
  const { normalise, base, inputs, flips, gain, mtf, shift, bandDropout, ...rest } = given;
  if (given.variant !== undefined && !variants.some((known) => known.name === given.variant)) {
    const known = variants.map((variant) => variant.name).join(', ') || 'none';
    throw new InputError(
      `--variant: expected one of those of ${name} (${known}), got '${given.variant}'.`,
    );
  }
  for (const key of Object.keys(given.sizes ?? {})) {
    if (Object.hasOwn(sizes, key)) continue;
    throw new InputError(
      `--sizes: expected one of those of ${name} (${Object.keys(sizes).join(', ')}), got '${key}'.`,
    );
  }
  const ours = preparation.base !== 'exp';
  const { variant, ...others } = rest;
  if (!given.branchWise && (given.branchSteps ?? given.rank) !== undefined) {
    throw new InputError(
      '--rank, --branch-steps: expected --branch-wise yes with them, got none; add it or leave them out.',
    );
  }
  return {
    ...recipe,
    // A converged network is only tuned.
    ...(given.branchWise ? { lr: 1e-4, schedule: { kind: 'constant' as const } } : {}),
    seed: 1,
    holdBack: 0.15,
    patience: 0,
    keep: 'best',
    threads: 0,
    ...withoutUndefined(others),
    sizes: given.sizes ?? {},
    ...(variant === undefined ? {} : { variant }),
    preparation: {
      normalise: normalise ?? preparation.normalise,
      base: base ?? preparation.base,
      inputs: inputs ?? preparation.inputs,
    },
    augmentation: {
      flips: flips ?? true,
      gain: gain ?? 0,
      mtf: mtf ?? (ours ? 0.15 : 0),
      shift: shift ?? (ours ? 0.15 : 0),
      bandDropout: bandDropout ?? 0,
    },
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

const withoutUndefined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Defined<T>;
