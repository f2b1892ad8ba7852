/** What a job does, classical or network: which runner, and how statistics come together. */

import { findMethod, METHODS, makeScene } from '@bandweave/fusion';
import { InputError } from '@bandweave/image';
import { NETWORK_LIST } from '@bandweave/models/network-list';
import type { AreaRunner } from './area-runner.js';
import { ClassicalRunner } from './classical-runner.js';
import type { Job, NetworkFacts } from './job.js';
import { NetworkRunner } from './network-runner.js';
import {
  mergeStatistics,
  needsStatistics,
  solveStatistics,
  statisticsSize,
} from './network-statistics.js';
import type { Inputs } from './regions.js';
import { SceneRunner } from './scene-runner.js';

export function makeRunner(job: Job, inputs: Inputs): AreaRunner {
  if (job.network) return new NetworkRunner(job, inputs);
  return job.blocks ? new SceneRunner(job, inputs) : new ClassicalRunner(job, inputs);
}

/** A pass over the whole scene before anything is fused. */
export interface StatisticsPass {
  readonly size: number;
  merge(into: Float64Array, part: Float64Array): void;
  /** Plain data. */
  solve(merged: Float64Array): unknown;
  /** The pass that follows, given what this one has found. */
  next?(first: unknown): StatisticsPass | undefined;
}

/** The pass that a job needs; undefined where it needs none. */
export function statisticsPass(job: Job): StatisticsPass | undefined {
  if (job.network) return networkPass(job, job.network);
  const { statistics, refinement } = findMethod(job.method);
  if (!statistics) return undefined;
  const scene = makeScene(job.scene);
  return {
    size: statistics.size(scene),
    merge: (into, part) => {
      if (statistics.merge) statistics.merge(into, part, scene);
      else for (let i = 0; i < into.length; i++) into[i] += part[i];
    },
    solve: (sums) => statistics.solve(sums, scene),
    next: (first) =>
      refinement && {
        size: refinement.size(scene, first),
        merge: (into, part) => {
          for (let i = 0; i < into.length; i++) into[i] += part[i];
        },
        solve: (sums) => refinement.solve(sums, scene, first),
      },
  };
}

function networkPass(job: Job, facts: NetworkFacts): StatisticsPass | undefined {
  if (!needsStatistics(facts)) return undefined;
  const scene = makeScene(job.scene);
  return {
    size: statisticsSize(facts, scene),
    merge: (into, part) => mergeStatistics(into, part, { facts, scene }),
    solve: (sums) => solveStatistics(sums, { facts, scene }),
  };
}

/** Every name that `--method` takes. */
export function methodNames(): string[] {
  return [...METHODS, ...NETWORK_LIST, { name: 'cnmf' }].map(({ name }) => name);
}

/** Which kind of method bears the name; InputError naming the known ones otherwise. */
export function methodKind(name: string): 'classical' | 'network' {
  if (NETWORK_LIST.some((network) => network.name === name)) return 'network';
  if (METHODS.some((method) => method.name === name)) return 'classical';
  if (name === 'cnmf') {
    throw new InputError(
      '--method: expected a method that takes windows, got cnmf; use it with fuse-hs.',
    );
  }
  throw new InputError(`--method: expected one of ${methodNames().join(', ')}, got '${name}'.`);
}
