/** Overlapping windows on a layout that depends on the scene alone, and how they are blended. */

import type { Span } from '@bandweave/image';
import type { Area, NetworkFacts } from './job.js';

/** The windows of one axis: `starts` at regular steps, the last moved back to end with the scene. */
export interface Layout {
  readonly starts: readonly number[];
  readonly length: number;
  readonly overlap: number;
  /** Positions along an inner edge that are left to the neighbour. */
  readonly margin: number;
  /** Length of the scene. */
  readonly size: number;
}

/** How windows are laid out. */
export type LayoutFacts = Pick<NetworkFacts, 'window' | 'overlap' | 'margin' | 'ratio' | 'msStep'>;

/** A window with the index of its row and column in the layout. */
export type Placed = Area;

/**
 * Windows of `window` pixels that overlap by at least `overlap`, beginning on the network's
 * lattice. A scene that is smaller than a window gets one, filled up to the lattice.
 */
export function layoutFor(
  size: number,
  { window, overlap, margin, ratio, msStep }: LayoutFacts,
): Layout {
  const lattice = Math.round(ratio * msStep);
  const whole = Math.ceil(size / lattice) * lattice;
  const length = Math.min(Math.ceil(window / lattice) * lattice, whole);
  const step = Math.max(lattice, Math.floor((length - overlap) / lattice) * lattice);
  const starts = [0];
  while (starts[starts.length - 1] + length < whole) {
    starts.push(Math.min(starts[starts.length - 1] + step, whole - length));
  }
  return { starts, length, overlap, margin, size };
}

/** The windows that an area takes part in. */
export function windowsOver(
  area: Area,
  { rows, cols }: { readonly rows: Layout; readonly cols: Layout },
): Placed[] {
  return touching(rows, area.rows).flatMap((row) =>
    touching(cols, area.cols).map((col) => ({ rows: row, cols: col })),
  );
}

function touching({ starts, length }: Layout, { start, end }: Span): Span[] {
  return starts
    .filter((first) => first < end && first + length > start)
    .map((first) => ({ start: first, end: first + length }));
}

interface Target {
  readonly area: Area;
  readonly layout: { readonly rows: Layout; readonly cols: Layout };
  /** [bands, rows, cols] of the area */
  readonly sums: Float32Array;
  /** [rows, cols] */
  readonly shares: Float32Array;
}

/** Adds a window's values, weighted by a ramp over the overlap, and its weights. */
export function addBlended(
  values: Float32Array,
  { rows, cols }: Placed,
  { area, layout, sums, shares }: Target,
): void {
  const width = cols.end - cols.start;
  const plane = width * (rows.end - rows.start);
  const bands = values.length / plane;
  const areaWidth = area.cols.end - area.cols.start;
  const pixels = shares.length;
  const first = {
    row: Math.max(rows.start, area.rows.start),
    col: Math.max(cols.start, area.cols.start),
  };
  const last = { row: Math.min(rows.end, area.rows.end), col: Math.min(cols.end, area.cols.end) };
  const across = ramp(cols, layout.cols);
  const down = ramp(rows, layout.rows);
  for (let row = first.row; row < last.row; row++) {
    for (let col = first.col; col < last.col; col++) {
      const share = down[row - rows.start] * across[col - cols.start];
      const to = (row - area.rows.start) * areaWidth + col - area.cols.start;
      const from = (row - rows.start) * width + col - cols.start;
      shares[to] += share;
      for (let k = 0; k < bands; k++) sums[k * pixels + to] += share * values[k * plane + from];
    }
  }
}

/** 1 inside, falling over the overlap to 0 at the margin of edges that other windows reach over. */
export function ramp({ start, end }: Span, { overlap, margin, size }: Layout): Float64Array {
  const length = end - start;
  const fall = overlap - 2 * margin;
  const weights = new Float64Array(length).fill(1);
  for (let i = 0; i < length; i++) {
    const before = start > 0 ? i + 0.5 - margin : fall;
    const after = end < size ? length - i - 0.5 - margin : fall;
    weights[i] = Math.max(0, Math.min(before, after, fall)) / fall;
  }
  return weights;
}
