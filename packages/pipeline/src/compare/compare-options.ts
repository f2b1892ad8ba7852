/** What `compare` is asked and what it answers. */

import type { Convention } from '@bandweave/metrics';
import type { RunOptions } from '../fuse-options.js';

/** A pair by its files; several MS files are bands on one grid. */
export interface ComparePair {
  readonly pan: string;
  readonly ms: readonly string[];
}

/** Wald's protocol with the original MS as reference, or the pair as it is, without one. */
export type Resolution = 'reduced' | 'full';

export interface CompareOptions extends RunOptions {
  /** Names that `methods` lists; all classical ones, and the networks with weights, by default. */
  readonly methods?: readonly string[];
  /** Weights file of each network, by the network's name. */
  readonly weights?: Readonly<Record<string, string>>;
  /** Both by default. */
  readonly resolutions?: readonly Resolution[];
  /** A name that `sensors` lists; guessed for every pair by default. */
  readonly sensor?: string;
  /** Peak of PSNR and SSIM is 2^bitDepth - 1. */
  readonly bitDepth?: number;
  /** The middle of each scene, at most so many PAN pixels on a side; all of it by default. */
  readonly crop?: number;
  readonly convention?: Convention;
  readonly memory?: number;
  readonly threads?: number;
}

/** What one method came to on one scene. */
export interface MethodScore {
  readonly method: string;
  /** By key, over the whole scene. */
  readonly indices: Readonly<Record<string, number>>;
  /** By key, of each window that was measured by itself; none where the scene is small. */
  readonly windows: readonly Readonly<Record<string, number>>[];
  /** Of `fuse`, reading and writing included. */
  readonly seconds: number;
  /** The fused image. */
  readonly output: string;
}

/** A method that could not do a scene, and why. */
export interface MethodFailure {
  readonly method: string;
  readonly reason: string;
}

/** A pair ready to be fused at one resolution. */
export interface PreparedScene {
  /** Of the pair, unique among those compared. */
  readonly name: string;
  readonly resolution: Resolution;
  readonly pan: string;
  readonly ms: readonly string[];
  readonly reference?: string;
  readonly ratio: number;
  readonly sensor: string;
  readonly height: number;
  readonly width: number;
  readonly bands: number;
}

export interface SceneResult extends PreparedScene {
  readonly scores: readonly MethodScore[];
  readonly failures: readonly MethodFailure[];
}

export interface CompareResult {
  readonly scenes: readonly SceneResult[];
  readonly methods: readonly string[];
  readonly convention: Convention;
  /** Scores that an earlier run had left in the folder. */
  readonly resumed: number;
  readonly seconds: number;
}
