/** What `fuse` is told of sampling, checked against what the network offers. */

import { InputError } from '@bandweave/image';
import type { Sampling } from '@bandweave/models';
import type { FuseOptions } from './fuse-options.js';
import type { SamplingFacts } from './job.js';

/** Most images that a mean is taken over. */
const MOST_SAMPLES = 1000;
const DEFAULT_SAMPLES = 8;

const KEYS = [
  'preset',
  'sampler',
  'steps',
  'seed',
  'samples',
  'uncertainty',
  'consistency',
] as const;

/** @throws InputError where an option of sampling is given to a method that does not sample */
export function checkNoSampling(options: FuseOptions, method: string): void {
  for (const key of KEYS) {
    if (options[key] === undefined) continue;
    throw new InputError(
      `--${key}: expected a method that samples (ssdiff, sbm), got ${method}; leave --${key} out.`,
    );
  }
}

/**
 * The sampling of a job.
 *
 * @throws InputError in one line for what the network does not offer
 */
export async function planSampling(
  options: FuseOptions,
  sampling: Omit<Sampling, 'evaluate'> | undefined,
  method: string,
): Promise<SamplingFacts | undefined> {
  if (!sampling) {
    checkNoSampling(options, method);
    return undefined;
  }
  const { preset, sampler, steps, seed = 1, uncertainty, consistency = 0 } = options;
  const { samples = uncertainty === undefined ? 1 : DEFAULT_SAMPLES } = options;
  whole('seed', seed, [0, 2 ** 32 - 1]);
  whole('samples', samples, [1, MOST_SAMPLES]);
  if (steps !== undefined) whole('steps', steps, [1, 1000]);
  if (!(consistency >= 0 && consistency <= 1)) {
    throw new InputError(
      `--consistency: expected a number from 0 to 1, got ${consistency}; 1 projects fully.`,
    );
  }
  if (uncertainty !== undefined && samples < 2) {
    throw new InputError(
      `--uncertainty: expected two samples or more, got ${samples}; name --samples ${DEFAULT_SAMPLES}.`,
    );
  }
  const { samplerChoice } = await import('@bandweave/models');
  const choice = refusing(() =>
    samplerChoice(sampling, {
      ...(preset === undefined ? {} : { preset }),
      ...(sampler === undefined ? {} : { sampler }),
      ...(steps === undefined ? {} : { steps }),
    }),
  );
  const { begin, steps: path } = refusing(() => sampling.plan(choice));
  if (samples > 1 && begin === 'zero' && path.every(({ deviation }) => deviation === 0)) {
    throw new InputError(
      `--samples: expected a sampler that draws noise, got ${choice.sampler} of ${choice.steps} step${choice.steps === 1 ? '' : 's'}, whose images are all the same; try --preset ${noisy(sampling)}.`,
    );
  }
  return { ...choice, seed, samples, consistency };
}

/** A preset that draws noise. */
function noisy({ presets, plan }: Omit<Sampling, 'evaluate'>): string {
  const found = Object.entries(presets).find(([, choice]) => {
    const { begin, steps } = plan(choice);
    return begin === 'noise' || steps.some(({ deviation }) => deviation > 0);
  });
  return found?.[0] ?? Object.keys(presets)[0];
}

function whole(option: string, value: number, [low, high]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new InputError(
    `--${option}: expected a whole number from ${low} to ${high}, got ${value}.`,
  );
}

/** Errors of the network are the user's here. */
function refusing<T>(f: () => T): T {
  try {
    return f();
  } catch (cause) {
    throw new InputError((cause as Error).message, { cause });
  }
}
