/** What `denoise` and `deblur` are asked and what they answer. */

import type { Compression, RunOptions } from '../fuse-options.js';

/** Named sets of constants. */
export type DenoisePreset = 'draft' | 'fast' | 'tuned' | 'released';

export interface RestoreOptions extends RunOptions {
  /** On the scale 0..255 of the full range, whatever the bits; estimated where not given. */
  readonly sigma?: number;
  /** `released` (default): channels stacked; `quaternion`: the proper quaternion matrix. */
  readonly mode?: 'released' | 'quaternion';
  readonly compress?: Compression;
  readonly cog?: boolean;
  readonly overviews?: boolean;
  readonly overwrite?: boolean;
  /** Bytes that all threads together may hold. */
  readonly memory?: number;
  /** Worker threads; all cores by default. */
  readonly threads?: number;
}

export interface DenoiseFileOptions extends RestoreOptions {
  /** `qwsnm` by default; `wsnm` and `wnnm` take one band at a time. */
  readonly method?: 'qwsnm' | 'qwnnm' | 'wsnm' | 'wnnm';
  /** `fast` by default; only of `qwsnm`. */
  readonly preset?: DenoisePreset;
}

export interface DeblurFileOptions extends RestoreOptions {
  /** `motion:20,60`, `gaussian:25,1.6`, `average:9`, `disk:3`, or the path of a picture. */
  readonly kernel: string;
  readonly method?: 'qwsnm' | 'qwnnm';
  /** `tuned` (default) or the released demonstration's `released` or `continuation`. */
  readonly schedule?: 'tuned' | 'released' | 'continuation';
  /** `taper` (default) for photographs; `circular` where the blur wraps round. */
  readonly border?: 'taper' | 'circular';
}

export interface RestoreResult {
  readonly output: string;
  readonly method: string;
  /** On the scale 0..255. */
  readonly sigma: number;
  readonly sigmaFrom: 'given' | 'estimated';
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  /** Parts that were worked on one after another. */
  readonly regions: number;
  readonly seconds: number;
  readonly peakRssMb: number;
  /** Of the first region of `deblur`, one entry an iteration. */
  readonly norms?: readonly {
    readonly iteration: number;
    readonly u: number;
    readonly g: number;
    readonly gap: number;
    readonly penalty: number;
  }[];
}
