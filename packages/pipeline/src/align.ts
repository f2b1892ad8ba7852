/** How a MS grid lies under PAN's: by georeference, or by size where there is none. */

import type { AxisGeometry } from '@bandweave/fusion';
import { affine, InputError, type RasterInfo, type Span, type Transform } from '@bandweave/image';

/** An opened raster as far as alignment is concerned. */
export interface NamedInfo {
  readonly name: string;
  readonly info: RasterInfo;
}

export interface AlignOptions {
  readonly extent?: 'union' | 'intersection';
  /**
   * `georeference` places MS by its geotransform; `size` spreads it over PAN's extent, as
   * gdal_pansharpen does when the extents differ by no more than a pixel or two.
   */
  readonly align?: 'georeference' | 'size';
}

export interface Alignment {
  /** The output grid: PAN's pixels, cut or extended by whole ones. */
  readonly height: number;
  readonly width: number;
  readonly transform?: Transform;
  /** Where PAN lies on the output grid. */
  readonly panExtent: { readonly rows: Span; readonly cols: Span };
  readonly rows: AxisGeometry;
  readonly cols: AxisGeometry;
  /** Outer corner of MS, in PAN pixels from PAN's, [rows, columns]. */
  readonly offset: readonly [number, number];
  readonly by: 'georeference' | 'size';
  /** One line each, for a person. */
  readonly messages: readonly string[];
}

/** Largest angle or skew, in PAN pixels over the whole of MS, that still counts as none. */
const SKEW_PIXELS = 0.1;

/**
 * The output grid and where MS lies on it.
 *
 * @throws InputError where the systems differ, MS is finer than PAN, the grids are turned against
 *   each other, or nothing overlaps
 */
export function alignGrids(pan: NamedInfo, ms: NamedInfo, options: AlignOptions = {}): Alignment {
  const { align = 'georeference' } = options;
  const messages: string[] = [];
  const placed = align === 'georeference' && pan.info.transform && ms.info.transform;
  if (placed) checkSystems(pan, ms, messages);
  else if (align === 'georeference') messages.push(warnBySize(pan, ms));
  const relative = placed
    ? relativeGrid(pan, ms)
    : {
        rows: { ratio: pan.info.height / ms.info.height, offset: 0 },
        cols: { ratio: pan.info.width / ms.info.width, offset: 0 },
      };
  checkRatio(pan, ms, relative);
  const rows = place(relative.rows, { pan: pan.info.height, ms: ms.info.height }, options);
  const cols = place(relative.cols, { pan: pan.info.width, ms: ms.info.width }, options);
  if (rows.length <= 0 || cols.length <= 0) {
    throw new InputError(
      `${ms.name}: expected an extent that overlaps ${pan.name}, got none in common; check the pair.`,
    );
  }
  messages.push(describe(relative, placed ? 'georeference' : 'size'));
  const { transform } = pan.info;
  return {
    height: rows.length,
    width: cols.length,
    ...(transform
      ? { transform: affine.compose(transform, [1, 0, cols.start, 0, 1, rows.start]) }
      : {}),
    panExtent: { rows: rows.panExtent, cols: cols.panExtent },
    rows: { ratio: relative.rows.ratio, phase: rows.phase },
    cols: { ratio: relative.cols.ratio, phase: cols.phase },
    offset: [relative.rows.offset, relative.cols.offset],
    by: placed ? 'georeference' : 'size',
    messages,
  };
}

interface RelativeAxis {
  /** PAN pixels a MS pixel. */
  readonly ratio: number;
  /** Outer edge of MS, in PAN pixels from PAN's. */
  readonly offset: number;
}

interface RelativeGrid {
  readonly rows: RelativeAxis;
  readonly cols: RelativeAxis;
}

function relativeGrid(pan: NamedInfo, ms: NamedInfo): RelativeGrid {
  let inverse: Transform;
  try {
    inverse = affine.invert(pan.info.transform as Transform);
  } catch (cause) {
    const message = `${pan.name}: expected a geotransform with area, got a degenerate one; repair it.`;
    throw new InputError(message, { cause });
  }
  const [a, b, c, d, e, f] = affine.compose(inverse, ms.info.transform as Transform);
  const skew = Math.max(Math.abs(b) * ms.info.height, Math.abs(d) * ms.info.width);
  if (!(skew <= SKEW_PIXELS) || !(a > 0) || !(e > 0)) {
    throw new InputError(
      `${ms.name}: expected axes parallel to those of ${pan.name}, got a grid turned or mirrored against it; warp it first (gdalwarp).`,
    );
  }
  return {
    rows: snapped({ ratio: e, offset: f }, ms.info.height),
    cols: snapped({ ratio: a, offset: c }, ms.info.width),
  };
}

/** Whole and half numbers where rounding in the files is all that keeps the grid from them. */
function snapped({ ratio, offset }: RelativeAxis, size: number): RelativeAxis {
  const near = (value: number, step: number, tolerance: number) => {
    const whole = Math.round(value / step) * step;
    return Math.abs(whole - value) < tolerance ? whole : value;
  };
  return { ratio: near(ratio, 1, 1e-3 / size), offset: near(offset, 0.5, 1e-3) };
}

function checkSystems(pan: NamedInfo, ms: NamedInfo, messages: string[]): void {
  const first = pan.info.crs;
  const second = ms.info.crs;
  if (first && second) {
    const same =
      first.epsg !== undefined && second.epsg !== undefined
        ? first.epsg === second.epsg
        : first.name === second.name;
    if (!same) {
      throw new InputError(
        `${ms.name}: expected the coordinate system of ${pan.name} (${first.name}), got ${second.name}; reproject one (gdalwarp -t_srs).`,
      );
    }
  } else if (first || second) {
    messages.push(
      `warning: only ${first ? pan.name : ms.name} names a coordinate system; taken for both`,
    );
  }
}

function warnBySize(pan: NamedInfo, ms: NamedInfo): string {
  const missing = [pan, ms].filter(({ info }) => !info.transform).map(({ name }) => name);
  return `warning: no geotransform in ${missing.join(' and ')}; aligned by size, outer edges together`;
}

function checkRatio(pan: NamedInfo, ms: NamedInfo, { rows, cols }: RelativeGrid): void {
  if (rows.ratio < 1 - 1e-6 || cols.ratio < 1 - 1e-6) {
    throw new InputError(
      `${pan.name}: expected PAN pixels no larger than those of ${ms.name}, got ${round(1 / cols.ratio)} times larger; exchange the two files?`,
    );
  }
  if (rows.ratio > 64 || cols.ratio > 64) {
    throw new InputError(
      `${ms.name}: expected at most 64 PAN pixels a MS pixel, got ${round(cols.ratio)}; check the pair.`,
    );
  }
}

function place(
  { ratio, offset }: RelativeAxis,
  size: { readonly pan: number; readonly ms: number },
  { extent = 'union' }: AlignOptions,
) {
  // Edges that differ by less than a MS pixel or two PAN pixels are the same edge, cut differently.
  const tolerance = Math.max(2, ratio) + 1e-6;
  const msEnd = offset + ratio * size.ms;
  let start = 0;
  let end = size.pan;
  if (extent === 'union') {
    if (offset < -tolerance) start = Math.floor(offset + 1e-6);
    if (msEnd > size.pan + tolerance) end = Math.ceil(msEnd - 1e-6);
    if (offset >= size.pan || msEnd <= 0) end = start;
  } else {
    if (offset > tolerance) start = Math.ceil(offset - 1e-6);
    if (msEnd < size.pan - tolerance) end = Math.floor(msEnd + 1e-6);
  }
  return {
    start,
    length: end - start,
    panExtent: { start: Math.max(0, -start), end: Math.min(end, size.pan) - start },
    phase: offset + ratio / 2 - 0.5 - start,
  };
}

function describe({ rows, cols }: RelativeGrid, by: string): string {
  const square = Math.abs(rows.ratio - cols.ratio) < 5e-5 * cols.ratio;
  const ratio = square ? round(cols.ratio) : `${round(rows.ratio)} x ${round(cols.ratio)}`;
  return `ratio ${ratio}, MS begins ${round(rows.offset)} rows and ${round(cols.offset)} columns (PAN pixels) from PAN's corner, by ${by}`;
}

function round(value: number): string {
  return String(Number(value.toFixed(4)) + 0);
}
