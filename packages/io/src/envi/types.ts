/** Sample types and interleaves by ENVI's names. */

import type { DataType } from '@bandweave/image';

/** `data type` codes; 6 and 9 are complex, 14 and 15 have 64 bits. */
export const TYPES: Readonly<Record<number, DataType>> = {
  1: 'uint8',
  2: 'int16',
  3: 'int32',
  4: 'float32',
  5: 'float64',
  12: 'uint16',
  13: 'uint32',
};

export const INTERLEAVES = ['bsq', 'bil', 'bip'] as const;

export type Interleave = (typeof INTERLEAVES)[number];

/** Samples between neighbouring bands, rows and columns. */
export function stridesOf(
  interleave: Interleave,
  { bands, height, width }: { bands: number; height: number; width: number },
): { band: number; row: number; col: number } {
  if (interleave === 'bsq') return { band: height * width, row: width, col: 1 };
  if (interleave === 'bil') return { band: width, row: bands * width, col: 1 };
  return { band: 1, row: bands * width, col: bands };
}
