/** Which runner serves which system: one file each in `systems`. */

import type { Runner } from './case.js';

export const RUNNERS: Readonly<Record<string, Runner>> = {};
