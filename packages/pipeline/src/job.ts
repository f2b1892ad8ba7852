/** A fusion as plain data, so that workers can be told of it and a resumed run can recognise it. */

import type { SceneOptions } from '@bandweave/fusion';
import type { DataType, Span } from '@bandweave/image';
import type { Preparation } from '@bandweave/models';

/** Everything a worker needs to know before it is given rows. */
export interface Job {
  readonly id: string;
  readonly pan: string;
  readonly ms: readonly string[];
  readonly panSize: { readonly height: number; readonly width: number };
  /** Replaces what the files say; 'none' ignores it. */
  readonly nodata?: number | 'none';
  readonly method: string;
  readonly network?: NetworkFacts;
  /** The layout of a method whose mathematics couples all pixels. */
  readonly blocks?: BlockFacts;
  readonly scene: SceneOptions;
  /** Output grid (0, 0) in PAN pixels. */
  readonly origin: { readonly row: number; readonly col: number };
  readonly float: 'float32' | 'float64';
  /** Side of the windows that are worked on at once. */
  readonly tile: number;
  readonly output: OutputFacts;
}

/** What a network adds to a job. */
export interface NetworkFacts {
  /** File of weights. */
  readonly weights: string;
  /** Bands of PAN, or of the guide. */
  readonly panBands: number;
  readonly ratio: number;
  readonly msStep: number;
  readonly phase: number;
  /** What the inputs go through first. */
  readonly preparation: Preparation;
  /** What the network sees as 1; absent: the largest sample of the scene. */
  readonly scale?: number;
  /** Side of the windows in PAN pixels, and by how much they overlap. */
  readonly window: number;
  readonly overlap: number;
  /** PAN pixels along a window's edge that are left to its neighbour. */
  readonly margin: number;
  /** Where clusters come from, for networks that have some. */
  readonly clustering: 'window' | 'scene';
  /** Threads of ONNX Runtime in each worker; 0: all cores. */
  readonly threads: number;
  /** Windows that a worker has under way at once, each in a process of its own. */
  readonly lanes: number;
  /** For networks that sample. */
  readonly sampling?: SamplingFacts;
}

/** How images are sampled. */
export interface SamplingFacts {
  readonly sampler: string;
  /** Evaluations an image. */
  readonly steps: number;
  readonly seed: number;
  /** Images whose mean is the result. */
  readonly samples: number;
  /** Share of what MS says that each estimate is corrected by; 0: none. */
  readonly consistency: number;
}

/** Blocks in PAN pixels; one of the scene's size where the scene is worked on at once. */
export interface BlockFacts {
  readonly window: number;
  readonly overlap: number;
  readonly margin: number;
  readonly ratio: number;
  readonly msStep: number;
  /** The areas that are worked on at once. */
  readonly area: { readonly height: number; readonly width: number };
  /** What one block takes. */
  readonly bytes: number;
}

/** Areas of a network: a few windows each, so that little is worked out twice at their borders. */
export const NETWORK_AREA = { height: 1024, width: 1024 };

export interface OutputFacts {
  /** 0-based bands to write, in order. */
  readonly bands: readonly number[];
  readonly dataType: DataType;
  readonly bitDepth?: number;
  readonly nodata?: number;
  /** Whether mean and deviation of the samples are written as float32. */
  readonly uncertainty?: true;
}

/** A rectangle of the output grid. */
export interface Area {
  readonly rows: Span;
  readonly cols: Span;
}

/** Side of the areas of the statistics pass: fixed, so that no option changes how sums are added. */
const STATISTICS_AREA = { height: 512, width: 4096 };

/** The areas of the statistics pass, row by row. */
export function statisticsAreas(height: number, width: number): Area[] {
  return cutAreas({ height, width }, STATISTICS_AREA);
}

/** Cuts a raster into areas of at most the given size, row by row. */
export function cutAreas(
  size: { readonly height: number; readonly width: number },
  most: { readonly height: number; readonly width: number },
): Area[] {
  const areas: Area[] = [];
  for (let row = 0; row < size.height; row += most.height) {
    for (let col = 0; col < size.width; col += most.width) {
      areas.push({
        rows: { start: row, end: Math.min(size.height, row + most.height) },
        cols: { start: col, end: Math.min(size.width, col + most.width) },
      });
    }
  }
  return areas;
}

/** Cuts a rectangle into windows of at most `side` on a side, row by row. */
export function windowsOf({ rows, cols }: Area, side: number): Area[] {
  const windows: Area[] = [];
  for (let row = rows.start; row < rows.end; row += side) {
    for (let col = cols.start; col < cols.end; col += side) {
      windows.push({
        rows: { start: row, end: Math.min(rows.end, row + side) },
        cols: { start: col, end: Math.min(cols.end, col + side) },
      });
    }
  }
  return windows;
}
