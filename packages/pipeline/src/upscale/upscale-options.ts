/** What `upscale` is asked and what it answers. */

import type { Compression, RunOptions } from '../fuse-options.js';

export type UpscaleMethod = 'edsr' | 'swinir' | 'rcan' | 'bicubic' | 'lanczos';

export interface UpscaleOptions extends RunOptions {
  /** `edsr` by default, or whichever network `weights` belong to. */
  readonly method?: UpscaleMethod;
  /** How many times larger on each side; that of the weights, else 2. */
  readonly scale?: number;
  /** Of a network; those that ship by default. */
  readonly weights?: string;
  /** Side of the windows that a network sees, in input pixels; 192, or less where memory is short. */
  readonly tile?: number;
  readonly compress?: Compression;
  readonly cog?: boolean;
  readonly overviews?: boolean;
  readonly overwrite?: boolean;
  /** Bytes that may be held. */
  readonly memory?: number;
  /** Threads of a network; all cores by default. */
  readonly threads?: number;
}

export interface UpscaleResult {
  readonly output: string;
  readonly method: UpscaleMethod;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  /** Parts that were enlarged one after another. */
  readonly windows: number;
  /** Of the network, where there is one. */
  readonly weights?: string;
  readonly seconds: number;
  readonly peakRssMb: number;
}
