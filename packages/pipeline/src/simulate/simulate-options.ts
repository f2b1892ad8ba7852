/** What `simulate` is asked and what it answers. */

import type { Compression, RasterInput, RunOptions } from '../fuse-options.js';

/** The images to degrade; without PAN one is made of the MS bands. */
export interface SimulateInputs {
  readonly pan?: RasterInput;
  readonly ms: RasterInput | readonly RasterInput[];
}

export interface SimulateOptions extends RunOptions {
  /** Whose MTF blurs MS; `generic` (gain 0.3) by default. */
  readonly sensor?: string;
  /** Whole number from 2 on; that of the pair, else the sensor's, by default. */
  readonly ratio?: number;
  /** Without PAN: makes a guide of several bands as this sensor or these responses see the cube. */
  readonly response?: string;
  /** File of the cube's wavelengths, where it does not state them. */
  readonly wavelengths?: string;
  readonly compress?: Compression;
  readonly overwrite?: boolean;
}

export interface SimulateResult {
  /** Paths of the files that were written. */
  readonly pan: string;
  readonly ms: string;
  readonly reference: string;
  readonly ratio: number;
  readonly sensor: string;
  /** Of the reference and PAN. */
  readonly height: number;
  readonly width: number;
  readonly bands: number;
}
