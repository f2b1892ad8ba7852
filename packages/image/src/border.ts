/** What a filter sees outside an image: the border rules of the field, as index mappings. */

/**
 * - `replicate`: aaa|abcd|ddd
 * - `symmetric`: cba|abcd|dcb (half-point mirror)
 * - `circular`: bcd|abcd|abc
 */
export type Border = 'replicate' | 'symmetric' | 'circular';

/** The sample in 0..size-1 that stands for coordinate `index` under a border rule. */
export function borderIndex(index: number, size: number, border: Border): number {
  if (index >= 0 && index < size) return index;
  switch (border) {
    case 'replicate':
      return index < 0 ? 0 : size - 1;
    case 'circular':
      return ((index % size) + size) % size;
    case 'symmetric': {
      const period = 2 * size;
      const folded = ((index % period) + period) % period;
      return folded < size ? folded : period - 1 - folded;
    }
  }
}
