/** PAN, or a guide of several bands, brought to the grid of MS: bicubic with antialiasing, as the toolboxes reduce it. */

import { bandPlane, kernelAxis, type Raster, resamplePlane } from '@bandweave/image';

/** Where the reduced pixels lie on one axis of PAN, in PAN pixels. */
export interface PanAxis {
  /** PAN pixels a reduced pixel. */
  readonly ratio: number;
  /** Outer edge of the first reduced pixel. */
  readonly offset: number;
  readonly length: number;
}

/**
 * [bands, rows.length, cols.length]. On an aligned grid this is `imresize` (bicubic, antialias,
 * symmetric border); any offset and ratio will do. A reduced pixel is valid where the PAN pixels
 * under it are.
 */
export function reducePan(
  pan: Raster,
  { rows, cols }: { readonly rows: PanAxis; readonly cols: PanAxis },
): Raster<Float64Array> {
  const axis = ({ ratio, offset, length }: PanAxis, size: number) =>
    kernelAxis(
      size,
      { origin: offset + ratio / 2 - 0.5, step: ratio },
      { border: 'symmetric', length },
    );
  const axes = { rows: axis(rows, pan.height), cols: axis(cols, pan.width) };
  const size = rows.length * cols.length;
  const data = new Float64Array(pan.bands * size);
  for (let band = 0; band < pan.bands; band++) {
    data.set(resamplePlane(bandPlane(pan, band), axes), band * size);
  }
  const head = { bands: pan.bands, height: rows.length, width: cols.length, data };
  if (!pan.mask) return head;
  const mask = new Uint8Array(rows.length * cols.length).fill(1);
  for (let y = 0; y < rows.length; y++) {
    for (let x = 0; x < cols.length; x++) {
      const row = [rows.offset + y * rows.ratio, rows.offset + (y + 1) * rows.ratio] as const;
      const col = [cols.offset + x * cols.ratio, cols.offset + (x + 1) * cols.ratio] as const;
      if (!allValid(pan, { row, col })) mask[y * cols.length + x] = 0;
    }
  }
  return { ...head, mask };
}

type Range = readonly [start: number, end: number];

/** Whether every pixel that a rectangle touches is valid; outside PAN none is. */
export function allValid(
  { mask, height, width }: Pick<Raster, 'mask' | 'height' | 'width'>,
  { row, col }: { readonly row: Range; readonly col: Range },
): boolean {
  const bottom = Math.ceil(row[1] - 1e-6);
  const right = Math.ceil(col[1] - 1e-6);
  for (let y = Math.floor(row[0] + 1e-6); y < bottom; y++) {
    for (let x = Math.floor(col[0] + 1e-6); x < right; x++) {
      if (y < 0 || x < 0 || y >= height || x >= width) continue;
      if (mask?.[y * width + x] === 0) return false;
    }
  }
  return true;
}
