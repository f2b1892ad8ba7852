/** `animate` on files: a clip in, a clip out, with the scores that need no judge but arithmetic. */

import { existsSync } from 'node:fs';
import { InputError } from '@bandweave/image';
import { clipFormat, type Frame, readFrames, writeFrames } from '@bandweave/io';
import { frameConsistency, textualAlignment } from '../clip/score.js';
import { openClipFolder } from '../folder/clip-folder.js';
import { openModelFolder } from '../folder/model-folder.js';
import { openScorer } from '../run/scorer.js';
import { type Animated, type AnimateOptions, animate, sideOf } from './animate.js';
import { toRaster } from './frames.js';
import { compensatedDifference, likeness, neighbourDifference } from './measures.js';

export interface AnimateClipOptions extends Omit<AnimateOptions, 'model' | 'tuning'> {
  /** A Stable Diffusion 1.x folder in the layout of diffusers. */
  readonly weights: string;
  /** A CLIP folder: adds frame consistency and textual alignment. */
  readonly clip?: string;
  /** Sides in pixels; 512 x 512 by default, as in the paper. */
  readonly size?: readonly [height: number, width: number];
  /** Frames at most; 24 by default, every so many from `first` on. */
  readonly frames?: number;
  readonly every?: number;
  readonly first?: number;
  /** Of the output; 8 by default. */
  readonly fps?: number;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
}

/** Steadiness and likeness; the last two only with CLIP. */
export interface ClipScores {
  /** Mean absolute difference of neighbouring frames, counts of 8 bits. */
  readonly neighbourDifference: number;
  /** The same after motion compensation by blocks. */
  readonly compensatedDifference: number;
  /** Mean cosine of frames' embeddings times 100. */
  readonly frameConsistency?: number;
  /** Mean cosine of frames and text times 100. */
  readonly textualAlignment?: number;
}

export interface AnimateClipResult {
  readonly output: string;
  readonly frames: number;
  readonly height: number;
  readonly width: number;
  readonly variant: string;
  /** Where the tuned weights and their state lie. */
  readonly tuning: string;
  readonly loss: { readonly first: number; readonly last: number } | null;
  readonly input: ClipScores;
  readonly edited: ClipScores;
  /** The clip from its own prompt, against the clip. */
  readonly reconstruction: ClipScores & { readonly psnr: number; readonly ssim: number };
  readonly seconds: number;
}

export interface AnimatedClip {
  readonly result: AnimateClipResult;
  readonly source: readonly Frame[];
  readonly animated: Animated;
}

/** Reads, animates, writes; nothing is left under the output's name unless all went well. */
export async function animateClip(
  path: string,
  output: string,
  options: AnimateClipOptions,
): Promise<AnimatedClip> {
  const begun = performance.now();
  const { weights, size = [512, 512], frames = 24, every, first, fps, overwrite } = options;
  clipFormat(output);
  if (existsSync(output) && !overwrite) {
    throw new InputError(
      `${output}: expected a name that is free, got one that exists; choose another or add --overwrite.`,
    );
  }
  const { signal, variant = 'adversarial', resume = false } = options;
  const model = await openModelFolder(weights);
  const side = sideOf(model);
  const [height, width] = size;
  if (height % side !== 0 || width % side !== 0) {
    throw new InputError(
      `--size: expected sides in multiples of ${side} for this model, got ${height} x ${width}; try ${near(height, side)}x${near(width, side)}.`,
    );
  }
  const source = await readFrames(path, {
    width,
    height,
    count: frames,
    signal,
    ...(every === undefined ? {} : { every }),
    ...(first === undefined ? {} : { first }),
  });
  const folder = `${output.replace(/\.[^./]+$/, '').replace(/\/+$/, '')}.tuning`;
  const animated = await animate(source, { ...options, model, tuning: { folder, resume } });
  const { losses, edited, reconstructed } = animated;
  const score = await scorerOf(options);
  const result: AnimateClipResult = {
    output,
    frames: source.length,
    height,
    width,
    variant,
    tuning: folder,
    loss: losses.length > 0 ? { first: tenth(losses, 'first'), last: tenth(losses, 'last') } : null,
    input: await score(source, options.prompt),
    edited: await score(edited, options.edit),
    reconstruction: {
      ...(await score(reconstructed, options.prompt)),
      ...likeness(reconstructed, source),
    },
    seconds: (performance.now() - begun) / 1000,
  };
  signal?.throwIfAborted();
  await writeFrames(output, edited, { signal, ...(fps === undefined ? {} : { fps }) });
  return { result, source, animated };
}

const near = (value: number, side: number) => Math.max(side, Math.round(value / side) * side);

/** Mean loss of the first or last tenth of the steps: single steps differ by their noise. */
function tenth(losses: Animated['losses'], which: 'first' | 'last'): number {
  const count = Math.max(1, Math.floor(losses.length / 10));
  const part = which === 'first' ? losses.slice(0, count) : losses.slice(-count);
  return part.reduce((sum, { loss }) => sum + loss, 0) / count;
}

type Score = (frames: readonly Frame[], text: string) => Promise<ClipScores>;

async function scorerOf({ clip, threads, where }: AnimateClipOptions): Promise<Score> {
  const plain = (frames: readonly Frame[]): ClipScores => ({
    neighbourDifference: neighbourDifference(frames),
    compensatedDifference: compensatedDifference(frames),
  });
  if (clip === undefined) return async (frames) => plain(frames);
  const folder = await openClipFolder(clip);
  return async (frames, text) => {
    const scorer = await openScorer(folder, { threads, ...(where ? { where } : {}) });
    try {
      const pictures = await scorer.pictures(frames.map(toRaster));
      const texts = await scorer.texts([text]);
      return {
        ...plain(frames),
        frameConsistency: 100 * frameConsistency(pictures),
        textualAlignment: 100 * textualAlignment(pictures, texts)[0],
      };
    } finally {
      await scorer.close();
    }
  };
}
