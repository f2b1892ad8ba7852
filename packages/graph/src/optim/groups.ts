/** Which parameters are trained, at which rate and with which decay. */

import { GraphError } from '../errors.js';
import type { ParameterEntry } from '../params/params.js';
import { constantSchedule, type Schedule } from './schedule.js';

export interface ParameterGroup {
  /** Names that belong to it; a parameter belongs to the first group that matches. */
  readonly match: RegExp | ((name: string) => boolean);
  /** 'freeze' leaves its parameters as they are, to the bit. */
  readonly mode?: 'train' | 'freeze';
  /** Instead of the rate of the step. */
  readonly lr?: number | Schedule;
  /** Instead of the optimiser's. */
  readonly weightDecay?: number;
}

/** A group with everything decided. */
export interface ResolvedGroup {
  readonly schedule: Schedule;
  readonly weightDecay: number;
  readonly entries: readonly ParameterEntry[];
}

export const asSchedule = (lr: number | Schedule): Schedule =>
  typeof lr === 'number' ? constantSchedule(lr) : lr;

const matches = ({ match }: ParameterGroup, name: string) =>
  match instanceof RegExp ? name.search(match) >= 0 : match(name);

/**
 * Trained parameters by group, groups without any left out. The last is that of all the rest.
 *
 * @throws GraphError where a group matches nothing or nothing is trained
 */
export function resolveGroups(
  entries: readonly ParameterEntry[],
  groups: readonly ParameterGroup[],
  rest: { readonly lr: number | Schedule; readonly weightDecay: number },
): ResolvedGroup[] {
  const trainable = entries.filter((e) => e.kind === 'parameter');
  const members: ParameterEntry[][] = [...groups, rest].map(() => []);
  for (const entry of trainable) {
    const at = groups.findIndex((group) => matches(group, entry.name));
    members[at < 0 ? groups.length : at].push(entry);
  }
  groups.forEach((group, i) => {
    if (members[i].length === 0) {
      throw new GraphError(
        `trainStep: expected parameters for group ${i} (${String(group.match)}), got none; see params.entries() for the names.`,
      );
    }
  });
  const resolved = members.flatMap((list, i) => {
    const group: Partial<ParameterGroup> = groups[i] ?? {};
    if (list.length === 0 || group.mode === 'freeze') return [];
    const { lr = rest.lr, weightDecay = rest.weightDecay } = group;
    return [{ schedule: asSchedule(lr), weightDecay, entries: list }];
  });
  if (resolved.length === 0) {
    throw new GraphError(
      'trainStep: expected parameters to train, got none; leave a group unfrozen.',
    );
  }
  return resolved;
}
