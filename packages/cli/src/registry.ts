/** The verbs: one line each here, so that only the verb that runs is loaded. */

import type { Command } from 'commander';

interface VerbEntry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly register: (program: Command) => Command }>;
}

export const VERBS: Readonly<Record<string, VerbEntry>> = {
  info: {
    summary: 'what a file is, in one screen',
    load: () => import('./verbs/info.js'),
  },
  methods: {
    summary: 'the fusion methods there are',
    load: () => import('./verbs/methods.js'),
  },
  sensors: {
    summary: 'the sensors that are known',
    load: () => import('./verbs/sensors.js'),
  },
};
