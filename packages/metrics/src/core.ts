/** A window that is read with a margin: what of it counts. */

import type { Raster, Window } from '@bandweave/image';

export interface CoreOption {
  /**
   * The part of the window whose pixels count, so that parts can partition a scene; all of it by
   * default. Around it there must be as many pixels as the index reaches, or the scene's end.
   */
  readonly core?: Window;
}

/** Rows and columns of the core: first, and the one after the last. */
export function coreSpans(
  { height, width }: Pick<Raster, 'height' | 'width'>,
  core: Window = { row: 0, col: 0, height, width },
): { readonly rows: readonly [number, number]; readonly cols: readonly [number, number] } {
  return {
    rows: [core.row, core.row + core.height],
    cols: [core.col, core.col + core.width],
  };
}
