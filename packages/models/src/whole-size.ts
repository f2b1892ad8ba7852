/** Checks a size that a user states for a network. */

import { GraphError } from '@bandweave/graph';

/** The value, where it is a whole number from 1 on. */
export function wholeSize(
  network: string,
  { name, value }: { readonly name: string; readonly value: number },
): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new GraphError(`${network}: expected ${name} of 1 or more, got ${value}.`);
}
