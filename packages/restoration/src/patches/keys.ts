/**
 * Where patches lie. A picture of height x width has (height - b + 1) x (width - b + 1) patches of
 * side b, numbered down the columns as the originals do: index = col · rows + row.
 */

export interface PatchGrid {
  /** Side b of a patch. */
  readonly side: number;
  /** Rows and columns of positions. */
  readonly rows: number;
  readonly cols: number;
}

/** The positions of patches in a picture. */
export function patchGrid(height: number, width: number, side: number): PatchGrid {
  return { side, rows: height - side + 1, cols: width - side + 1 };
}

/**
 * The coordinates of key patches on one axis: every `step`-th, and after the last of these every
 * one to the end, so that no pixel is left without a group.
 */
export function keyCoordinates(positions: number, step: number): Int32Array {
  const keys: number[] = [];
  let at = 0;
  for (; at < positions; at += step) keys.push(at);
  for (let rest = at - step + 1; rest < positions; rest++) keys.push(rest);
  return Int32Array.from(keys);
}

/** floor(b/2 - 1): the published step between key patches. */
export function publishedStep(side: number): number {
  return Math.max(1, Math.floor(side / 2 - 1));
}
