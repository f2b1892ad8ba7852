/** What a pass over groups holds a pixel of its region. */

/** Pictures in doubles, lists of matches, and the sums of overlapping chunks of key rows. */
export function passBytes({
  step,
  count,
  search,
  side,
}: {
  readonly step: number;
  readonly count: number;
  readonly search: number;
  readonly side: number;
}): number {
  const pictures = 3 * 8 * 6;
  const matches = (4 * count) / (step * step);
  const chunk = 16 * step;
  const sums = (4 * 8 * (chunk + 2 * search + side)) / chunk;
  return pictures + matches + sums;
}
