/** What stands outside a raster, by rule: filters and enlargers name the one that they assume. */

/**
 * replicate: aaa|abcd|ddd; symmetric (half-point): cba|abcd|dcb; circular: bcd|abcd|abc.
 */
export type Border = 'replicate' | 'symmetric' | 'circular';

/** The index inside 0 .. size - 1 that stands for any index. */
export function borderIndex(index: number, size: number, border: Border): number {
  if (index >= 0 && index < size) return index;
  if (border === 'replicate') return index < 0 ? 0 : size - 1;
  if (border === 'circular') return ((index % size) + size) % size;
  const period = 2 * size;
  const folded = ((index % period) + period) % period;
  return folded < size ? folded : period - 1 - folded;
}
