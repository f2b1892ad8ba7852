/** A way of enlarging as the pipeline runs it: windows of values from 0 to 1. */

import type { Raster } from '@bandweave/image';
import type { UpscaleMethod } from './upscale-options.js';

export interface Enlarging {
  readonly method: UpscaleMethod;
  readonly scale: number;
  readonly weights?: string;
  /** Bands that it sees at once. */
  readonly colors: number | 'any';
  /** Windows begin on multiples of this, in input pixels. */
  readonly step: number;
  /** Input pixels that are cut off inner edges, and by how many neighbours overlap. */
  readonly margin: number;
  readonly overlap: number;
  /** Side of windows in input pixels, where memory allows. */
  readonly side: number;
  /** What an input pixel of a window takes. */
  readonly bytesPerPixel: number;
  /** [bands, h, w] to [bands, scale h, scale w]. */
  run(image: Raster<Float32Array>, signal?: AbortSignal): Promise<Raster<Float32Array>>;
  close(): Promise<void>;
}
