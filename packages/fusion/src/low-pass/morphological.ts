/**
 * The morphological half-gradient pyramid of PAN (Restaino et al. 2016): at each level the mean of
 * dilation and erosion by a cross, every second sample kept; then linear enlargement back.
 */

import {
  type Axis,
  type AxisMap,
  borderIndex,
  imresizeAxis,
  inputSpan,
  resampleWindow,
} from '@bandweave/image';
import type { FusionWindow, Patch, Scene } from '../method.js';
import { perScene } from '../statistics/per-scene.js';
import { filled } from './filled.js';
import { mapOfRows, type Step, throughSteps } from './sparse-map.js';

interface Pyramid {
  readonly levels: number;
  /** Sizes of PAN and of each level, [levels + 1]. */
  readonly rows: readonly number[];
  readonly cols: readonly number[];
  /** From the coarsest level to the output grid. */
  readonly maps: { readonly rows: AxisMap; readonly cols: AxisMap };
  /** PAN pixels from an output to the furthest that it depends on. */
  readonly reach: number;
}

const pyramidOf = perScene((scene: Scene): Pyramid => {
  const { ratio, panExtent, mode } = scene;
  const levels = Math.max(1, Math.ceil(Math.log2(Math.max(ratio.rows, ratio.cols)) - 1e-9));
  const rows = sizes(panExtent.rows.end - panExtent.rows.start, levels);
  const cols = sizes(panExtent.cols.end - panExtent.cols.start, levels);
  // The original sizes the levels between by the rows alone: wrong where an image is not square.
  const between = mode === 'released' ? rows : cols;
  const maps = {
    rows: expansion(rows, rows, levels),
    cols: expansion(cols, between, levels),
  };
  const reach = Math.max(reachOf(maps.rows, levels), reachOf(maps.cols, levels));
  return { levels, rows, cols, maps, reach };
});

/** Odd samples are kept at the first level, even ones from then on. */
function sizes(size: number, levels: number): number[] {
  const all = [size, Math.floor(size / 2)];
  while (all.length <= levels) all.push(Math.ceil(all[all.length - 1] / 2));
  return all;
}

/** Where sample i of the coarsest level lies on PAN. */
const position = (i: number, levels: number) => 2 ** levels * i + 1;

/** Bilinear imresize level by level, through the sizes `between` the coarsest and PAN. */
function expansion(own: readonly number[], between: readonly number[], levels: number): AxisMap {
  const inputs = own[levels];
  const steps: Step[] = [];
  for (let level = levels, from = inputs; level >= 1; level--) {
    const to = level === 1 ? own[0] : between[level - 1];
    steps.push(axisStep(imresizeAxis(from, to / from, { method: 'bilinear', length: to })));
    from = to;
  }
  const rows = Array.from({ length: own[0] }, (_, o) => throughSteps(o, steps));
  return mapOfRows(rows, { inputs });
}

function axisStep({ starts, counts, weights, taps, size, border }: Axis): Step {
  return (output) => {
    const row = new Map<number, number>();
    for (let t = 0; t < counts[output]; t++) {
      const input = borderIndex(starts[output] + t, size, border);
      row.set(input, (row.get(input) ?? 0) + weights[output * taps + t]);
    }
    return row;
  };
}

function reachOf(map: AxisMap, levels: number): number {
  let widest = 0;
  for (let o = 0; o < map.outputs; o++) {
    const low = position(map.first[o], levels);
    const high = position(map.first[o] + map.taps - 1, levels);
    widest = Math.max(widest, o - low, high - o);
  }
  return widest + 2 ** levels;
}

/** PAN pixels that must be known around a window, for filling holes too. */
export function morphologicalMargin(scene: Scene): number {
  return 2 * pyramidOf(scene).reach;
}

/** The low-pass at the window, [height, width]. */
export function morphologicalLowPass(window: FusionWindow, scene: Scene): Float64Array {
  const { levels, rows, cols, maps, reach } = pyramidOf(scene);
  const { panExtent } = scene;
  const on = (span: FusionWindow['rows'], extent: FusionWindow['rows']) => ({
    start: Math.max(0, Math.min(span.start, extent.end) - extent.start),
    end: Math.max(0, Math.min(span.end, extent.end) - extent.start),
  });
  const outRows = on(window.rows, panExtent.rows);
  const outCols = on(window.cols, panExtent.cols);
  const out = new Float64Array(window.height * window.width);
  if (outRows.end <= outRows.start || outCols.end <= outCols.start) return out;
  let sheet = inside(filled(window.panAround, reach), panExtent);
  for (let level = 1; level <= levels; level++) {
    sheet = halve(sheet, {
      from: { rows: rows[level - 1], cols: cols[level - 1] },
      to: { rows: rows[level], cols: cols[level] },
      phase: level === 1 ? 1 : 0,
    });
  }
  const width = outCols.end - outCols.start;
  const part = new Float64Array((outRows.end - outRows.start) * width);
  const need = inputSpan(maps.rows, outRows);
  const band = {
    ...sheet,
    data: sheet.data.subarray((need.start - sheet.row) * sheet.width),
    row: need.start,
    height: need.end - need.start,
  };
  resampleWindow(band, maps, { rows: outRows, cols: outCols, out: part });
  const left = outCols.start + panExtent.cols.start - window.cols.start;
  const top = outRows.start + panExtent.rows.start - window.rows.start;
  for (let y = 0; y < outRows.end - outRows.start; y++) {
    out.set(part.subarray(y * width, (y + 1) * width), (top + y) * window.width + left);
  }
  return out;
}

/** A rectangle of one level, counted from the level's own corner. */
interface Sheet {
  readonly data: Float64Array;
  readonly row: number;
  readonly col: number;
  readonly height: number;
  readonly width: number;
}

/** What of a patch lies inside PAN. */
function inside(patch: Patch, { rows, cols }: Scene['panExtent']): Sheet {
  const top = Math.max(patch.row, rows.start);
  const left = Math.max(patch.col, cols.start);
  const height = Math.min(patch.row + patch.height, rows.end) - top;
  const width = Math.min(patch.col + patch.width, cols.end) - left;
  const data = new Float64Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = (top - patch.row + y) * patch.width + left - patch.col;
    data.set(patch.data.subarray(from, from + width), y * width);
  }
  return { data, row: top - rows.start, col: left - cols.start, height, width };
}

interface Halving {
  readonly from: { readonly rows: number; readonly cols: number };
  readonly to: { readonly rows: number; readonly cols: number };
  readonly phase: 0 | 1;
}

/** The mean of dilation and erosion by a cross at every second sample that the sheet determines. */
function halve(sheet: Sheet, { from, to, phase }: Halving): Sheet {
  const rows = determined({ start: sheet.row, size: sheet.height }, from.rows, to.rows, phase);
  const cols = determined({ start: sheet.col, size: sheet.width }, from.cols, to.cols, phase);
  const { data, width: stride } = sheet;
  const height = rows.end - rows.start;
  const width = cols.end - cols.start;
  const out = new Float64Array(height * width);
  for (let y = 0; y < height; y++) {
    const at = 2 * (rows.start + y) + phase;
    const row = (at - sheet.row) * stride;
    // Outside the level, the sample itself stands for its neighbour.
    const above = at > 0 ? row - stride : row;
    const below = at + 1 < from.rows ? row + stride : row;
    for (let x = 0; x < width; x++) {
      const over = 2 * (cols.start + x) + phase;
      const c = over - sheet.col;
      const a = data[row + c];
      const b = data[row + (over > 0 ? c - 1 : c)];
      const d = data[row + (over + 1 < from.cols ? c + 1 : c)];
      const e = data[above + c];
      const f = data[below + c];
      out[y * width + x] = (Math.max(a, b, d, e, f) + Math.min(a, b, d, e, f)) / 2;
    }
  }
  return { data: out, row: rows.start, col: cols.start, height, width };
}

/** The samples of the next level whose neighbours are all there. */
function determined(
  { start, size }: { readonly start: number; readonly size: number },
  from: number,
  to: number,
  phase: 0 | 1,
) {
  const end = start + size;
  const first = start === 0 ? 0 : Math.ceil((start + 1 - phase) / 2);
  const last = end === from ? to : Math.floor((end - 2 - phase) / 2) + 1;
  return { start: first, end: Math.max(first, Math.min(to, last)) };
}
