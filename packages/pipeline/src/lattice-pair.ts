/** PAN and MS on the lattice that a network was trained on, for some windows of a scene. */

import type { Scene } from '@bandweave/fusion';
import {
  type AxisMap,
  borderIndex,
  inputSpan,
  type Raster,
  resampleWindow,
  resamplingMap,
  type Span,
} from '@bandweave/image';
import type { Placed } from './blend.js';
import type { Job, NetworkFacts } from './job.js';
import { completeMask, type Inputs } from './regions.js';

interface Held {
  readonly raster: Raster;
  readonly row: number;
  readonly col: number;
}

interface EnlargeOptions {
  readonly scale: number;
  readonly enlarge: (ms: Raster, ratio: number) => Raster<Float32Array>;
}

/** MS pixels that the 23-tap enlargement by 4 or 8 looks at on each side, and a few more. */
const SURROUNDINGS = 12;

interface ReadOptions {
  readonly job: Job;
  readonly scene: Scene;
  readonly facts: NetworkFacts;
  readonly signal?: AbortSignal;
}

/**
 * The network's MS pixel i has its centre at PAN pixel phase + i * ratio. Where the scene's own MS
 * lies elsewhere, it is resampled to the lattice by cubic convolution, by the fraction of a pixel
 * that it is off; where it lies there, its pixels go through untouched.
 */
export class LatticePair {
  private constructor(
    private readonly pan: Held,
    private readonly ms: Held,
    private readonly maps: { readonly rows: AxisMap; readonly cols: AxisMap },
    private readonly options: ReadOptions,
  ) {}

  /** Reads what the windows need. */
  static async read(
    inputs: Inputs,
    windows: readonly Placed[],
    options: ReadOptions,
  ): Promise<LatticePair> {
    const { scene, job, signal } = options;
    const maps = { rows: latticeMap(options, 'rows'), cols: latticeMap(options, 'cols') };
    const hull = (axis: 'rows' | 'cols'): Span => ({
      start: Math.min(...windows.map((window) => window[axis].start)),
      end: Math.max(...windows.map((window) => window[axis].end)),
    });
    const rows = hull('rows');
    const cols = hull('cols');
    const onPan = {
      rows: clip(rows, scene.panExtent.rows),
      cols: clip(cols, scene.panExtent.cols),
    };
    const { ratio } = options.facts;
    const onMs = {
      rows: inputSpan(maps.rows, around(rows, ratio, maps.rows)),
      cols: inputSpan(maps.cols, around(cols, ratio, maps.cols)),
    };
    const read = async (
      source: Inputs['pan'],
      spans: { rows: Span; cols: Span },
      origin: { row: number; col: number },
    ): Promise<Held> => {
      const window = {
        row: spans.rows.start + origin.row,
        col: spans.cols.start + origin.col,
        height: spans.rows.end - spans.rows.start,
        width: spans.cols.end - spans.cols.start,
      };
      const raster = completeMask(await source.read(window, signal ? { signal } : {}), job.nodata);
      return { raster: filled(raster), row: spans.rows.start, col: spans.cols.start };
    };
    const [pan, ms] = await Promise.all([
      read(inputs.pan, onPan, job.origin),
      read(inputs.ms, onMs, { row: 0, col: 0 }),
    ]);
    return new LatticePair(pan, ms, maps, options);
  }

  /** One window, divided by `scale`. */
  cut({ rows, cols }: Placed, scale: number): { pan: Float32Array; ms: Float32Array } {
    const { ratio } = this.options.facts;
    return {
      pan: this.cutPan({ rows, cols }, scale),
      ms: this.cutMs(
        {
          rows: { start: coarse(rows.start, ratio), end: coarse(rows.end, ratio) },
          cols: { start: coarse(cols.start, ratio), end: coarse(cols.end, ratio) },
        },
        scale,
      ),
    };
  }

  /**
   * MS of a window at PAN's size [bands, rows, cols], divided by `scale`. It is enlarged with its
   * surroundings, so that windows agree where they overlap; the scene's border is mirrored.
   */
  cutEnlarged({ rows, cols }: Placed, { scale, enlarge }: EnlargeOptions): Float32Array {
    const { ratio } = this.options.facts;
    const near = {
      rows: around(rows, ratio, this.maps.rows),
      cols: around(cols, ratio, this.maps.cols),
    };
    const small = this.cutMs(near, scale);
    const wider = ({ start, end }: Span) => ({
      start: coarse(start, ratio) - SURROUNDINGS,
      end: coarse(end, ratio) + SURROUNDINGS,
    });
    const wanted = { rows: wider(rows), cols: wider(cols) };
    const height = wanted.rows.end - wanted.rows.start;
    const width = wanted.cols.end - wanted.cols.start;
    const mirrored = mirror(small, near, wanted);
    const bands = mirrored.length / (height * width);
    const wide = enlarge({ bands, height, width, data: mirrored }, ratio);
    const out = new Float32Array(bands * (rows.end - rows.start) * (cols.end - cols.start));
    const length = cols.end - cols.start;
    const skip = Math.round(SURROUNDINGS * ratio);
    for (let k = 0, to = 0; k < bands; k++) {
      for (let y = 0; y < rows.end - rows.start; y++, to += length) {
        const from = (k * wide.height + y + skip) * wide.width + skip;
        out.set(wide.data.subarray(from, from + length), to);
      }
    }
    return out;
  }

  private cutPan({ rows, cols }: Placed, scale: number): Float32Array {
    const { raster, row, col } = this.pan;
    const width = cols.end - cols.start;
    const height = rows.end - rows.start;
    const out = new Float32Array(raster.bands * height * width);
    for (let band = 0, to = 0; band < raster.bands; band++) {
      for (let y = rows.start; y < rows.end; y++) {
        const line = band * raster.height + borderIndex(y - row, raster.height, 'symmetric');
        const from = line * raster.width;
        for (let x = cols.start; x < cols.end; x++, to++) {
          const at = borderIndex(x - col, raster.width, 'symmetric');
          out[to] = raster.data[from + at] / scale;
        }
      }
    }
    return out;
  }

  private cutMs({ rows, cols }: Placed, scale: number): Float32Array {
    const { raster, row, col } = this.ms;
    const height = rows.end - rows.start;
    const width = cols.end - cols.start;
    const out = new Float32Array(raster.bands * height * width);
    const size = raster.height * raster.width;
    const need = inputSpan(this.maps.rows, rows);
    for (let k = 0; k < raster.bands; k++) {
      const from = k * size + (need.start - row) * raster.width;
      const band = {
        data: raster.data.subarray(from, from + (need.end - need.start) * raster.width),
        height: need.end - need.start,
        width: raster.width,
        row: need.start,
        col,
      };
      const target = out.subarray(k * height * width, (k + 1) * height * width);
      resampleWindow(band, this.maps, { rows, cols, out: target });
    }
    for (let i = 0; i < out.length; i++) out[i] /= scale;
    return out;
  }
}

/** A place on the lattice in MS pixels: a whole number, which ratios as 10/3 only nearly give. */
const coarse = (at: number, ratio: number) => Math.round(at / ratio);

/** The MS pixels of a window of PAN and those around it that its enlargement looks at. */
function around({ start, end }: Span, ratio: number, { outputs }: AxisMap): Span {
  return {
    start: Math.max(0, coarse(start, ratio) - SURROUNDINGS),
    end: Math.min(outputs, coarse(end, ratio) + SURROUNDINGS),
  };
}

/** Bands of a window in a larger one, mirrored at its edges. */
function mirror(
  data: Float32Array,
  { rows, cols }: { readonly rows: Span; readonly cols: Span },
  wanted: { readonly rows: Span; readonly cols: Span },
): Float32Array {
  const height = rows.end - rows.start;
  const width = cols.end - cols.start;
  const bands = data.length / (height * width);
  const tall = wanted.rows.end - wanted.rows.start;
  const wide = wanted.cols.end - wanted.cols.start;
  const out = new Float32Array(bands * tall * wide);
  for (let k = 0, to = 0; k < bands; k++) {
    for (let y = wanted.rows.start; y < wanted.rows.end; y++) {
      const from = (k * height + borderIndex(y - rows.start, height, 'symmetric')) * width;
      for (let x = wanted.cols.start; x < wanted.cols.end; x++, to++) {
        out[to] = data[from + borderIndex(x - cols.start, width, 'symmetric')];
      }
    }
  }
  return out;
}

function latticeMap({ scene, facts }: ReadOptions, axis: 'rows' | 'cols'): AxisMap {
  const lattice = Math.round(facts.ratio * facts.msStep);
  const size = axis === 'rows' ? scene.height : scene.width;
  const inputs = axis === 'rows' ? scene.msHeight : scene.msWidth;
  const outputs = Math.ceil(size / lattice) * facts.msStep;
  const scale = facts.ratio / scene.ratio[axis];
  const first = (facts.phase - scene.phase[axis]) / scene.ratio[axis] + 0.5;
  return resamplingMap({ inputs, outputs, scale, shift: first - scale / 2 }, 'cubic');
}

function clip({ start, end }: Span, extent: Span): Span {
  const first = Math.min(Math.max(start, extent.start), extent.end - 1);
  return { start: first, end: Math.max(first + 1, Math.min(end, extent.end)) };
}

/** Missing pixels as the mean of those that are there, so that they do not shine into others. */
function filled(raster: Raster): Raster {
  const { mask, bands, height, width } = raster;
  if (!mask?.includes(0)) return raster;
  const pixels = height * width;
  const data = Float64Array.from(raster.data);
  for (let k = 0; k < bands; k++) {
    let sum = 0;
    let count = 0;
    for (let p = 0; p < pixels; p++) {
      if (mask[p] === 0) continue;
      sum += data[k * pixels + p];
      count++;
    }
    const mean = count > 0 ? sum / count : 0;
    for (let p = 0; p < pixels; p++) if (mask[p] === 0) data[k * pixels + p] = mean;
  }
  return { bands, height, width, data };
}
