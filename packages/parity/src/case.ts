/** What a parity case is and what a runner says of it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder that holds a case.json; the system is the name of the folder above it. */
export interface ParityCase {
  readonly name: string;
  readonly system: string;
  readonly folder: string;
  /** The parsed case.json: its form differs between systems. */
  // biome-ignore lint/suspicious/noExplicitAny: read field by field by each runner
  readonly json: any;
}

/** The worst disagreement found, in units where `tolerance` is the limit. */
export interface Verdict {
  readonly error: number;
  readonly tolerance: number;
  /** Why it failed, or what was compared, for a person. */
  readonly note?: string;
}

/** Runs one case through the product; throws where it can't. */
export type Runner = (parityCase: ParityCase) => Promise<Verdict>;

export function loadCase(folder: string, system: string, name: string): ParityCase {
  return {
    name,
    system,
    folder,
    json: JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')),
  };
}

/**
 * The worse of two verdicts: the one nearer to its limit or further beyond it. Several
 * quantities with limits of their own are folded into one line a case this way.
 */
export function worse(a: Verdict, b: Verdict): Verdict {
  return excess(b) > excess(a) ? b : a;
}

function excess({ error, tolerance }: Verdict): number {
  if (Number.isNaN(error)) return Number.POSITIVE_INFINITY;
  if (tolerance === 0) return error === 0 ? 0 : Number.POSITIVE_INFINITY;
  return error / tolerance;
}
