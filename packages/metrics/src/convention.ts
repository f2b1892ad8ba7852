/** Whose rules an index follows where packages differ. */

import { InputError } from '@bandweave/image';

/** The MATLAB toolboxes, the PyTorch package torchmetrics, the Python package sewar. */
export const CONVENTIONS = ['toolbox', 'torchmetrics', 'sewar'] as const;

export type Convention = (typeof CONVENTIONS)[number];

/** @throws InputError naming the known ones */
export function requireConvention(name: string): Convention {
  const known = CONVENTIONS.find((convention) => convention === name);
  if (known) return known;
  throw new InputError(
    `--convention: expected one of ${CONVENTIONS.join(', ')}, got ${JSON.stringify(name)}.`,
  );
}
