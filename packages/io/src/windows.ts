/** Checks what a reader is asked for against what the raster has. */

import { InputError, type RasterInfo, type Window } from '@bandweave/image';

/** Most samples that one read may return. */
const MOST_SAMPLES = 2 ** 31 - 1;

/** Throws an InputError unless the window lies inside the raster. */
export function checkWindow(
  name: string,
  { width, height }: Pick<RasterInfo, 'width' | 'height'>,
  window: Window,
): void {
  const inside = (at: number, size: number, whole: number) =>
    Number.isInteger(at) && Number.isInteger(size) && at >= 0 && size > 0 && at + size <= whole;
  if (inside(window.row, window.height, height) && inside(window.col, window.width, width)) return;
  const { row, col, height: h, width: w } = window;
  throw new InputError(
    `${name}: expected a window inside ${height} rows x ${width} columns, got ${h} x ${w} at row ${row}, column ${col}; clip it.`,
  );
}

/** The bands to read; an InputError where one does not exist or the result would be too large. */
export function checkBands(
  name: string,
  info: Pick<RasterInfo, 'bands'>,
  wanted: readonly number[] | undefined,
): readonly number[] {
  const bands = wanted ?? Array.from({ length: info.bands }, (_, band) => band);
  for (const band of bands) {
    if (Number.isInteger(band) && band >= 0 && band < info.bands) continue;
    throw new InputError(
      `${name}: expected bands 1 to ${info.bands}, got ${band + 1}; see bandweave info.`,
    );
  }
  return bands;
}

/** Throws an InputError where a read would return more than an array can hold. */
export function checkAmount(name: string, window: Window, bands: number): void {
  const samples = window.height * window.width * bands;
  if (samples <= MOST_SAMPLES) return;
  throw new InputError(
    `${name}: expected to read at most ${MOST_SAMPLES} samples at once, got ${samples}; read smaller windows.`,
  );
}
