/**
 * Batches of patches as a function of the step alone: the same seed gives the same batches however
 * often training is interrupted, and whichever thread makes them.
 */

import { random, seedFor } from '@bandweave/graph';
import type { Preparation } from '@bandweave/models';
import { type Augmentation, drawVariation } from './augmentation.js';
import { type Rendition, renderScene } from './rendition.js';
import type { TrainingScene } from './scene.js';

export interface BatchPlan {
  readonly batch: number;
  /** Side of patches in PAN pixels. */
  readonly patch: number;
  /** Steps for which a form of a scene serves before it is drawn anew. */
  readonly renew: number;
  readonly seed: number;
  readonly augmentation: Augmentation;
  readonly preparation: Preparation;
}

export interface Batch {
  readonly pan: Float32Array;
  readonly ms: Float32Array;
  readonly lms: Float32Array;
  readonly target: Float32Array;
}

/** Tries to find a patch without empty pixels before one with some is taken. */
const TRIES = 20;

/** A maker of batches over scenes of the same bands and ratio; `at(step)` may be asked in any order. */
export function batchMaker(scenes: readonly TrainingScene[], plan: BatchPlan) {
  const { patch, renew, seed, augmentation, preparation } = plan;
  const { ratio } = scenes[0];
  const areas = scenes.map(({ pan }) => pan.height * pan.width);
  const total = areas.reduce((a, b) => a + b, 0);
  const made = new Map<number, { readonly turn: number; readonly rendition: Rendition }>();

  /** Scenes are renewed one after the other, so that no step waits for all of them. */
  const renditionFor = (index: number, step: number): Rendition => {
    const turn = Math.floor((step + (index * renew) / scenes.length) / renew);
    const known = made.get(index);
    if (known?.turn === turn) return known.rendition;
    const source = random(seedFor(`variation.${index}.${turn}`, seed));
    const variation = drawVariation(augmentation, scenes[index].gains, source);
    const rendition = renderScene(scenes[index], variation, preparation);
    made.set(index, { turn, rendition });
    return rendition;
  };

  const choose = (draw: number): number => {
    let left = draw * total;
    for (let i = 0; i < areas.length; i++) {
      left -= areas[i];
      if (left < 0) return i;
    }
    return areas.length - 1;
  };

  return {
    at(step: number): Batch {
      const source = random(seedFor(`batch.${step}`, seed));
      const { bands } = scenes[0].reference;
      const fine = plan.batch * patch * patch;
      const coarse = plan.batch * (patch / ratio) ** 2;
      const out = {
        pan: new Float32Array(scenes[0].pan.bands * fine),
        ms: new Float32Array(bands * coarse),
        lms: new Float32Array(bands * fine),
        target: new Float32Array(bands * fine),
      };
      for (let i = 0; i < plan.batch; i++) {
        const rendition = renditionFor(choose(source.uniform()), step);
        const place = findPlace(rendition, patch, source);
        const lost =
          source.uniform() < augmentation.bandDropout ? Math.floor(source.uniform() * bands) : -1;
        const low = { row: place.row / ratio, col: place.col / ratio };
        copyPatch(rendition.pan, place, { side: patch, into: out.pan, index: i });
        copyPatch(rendition.ms, low, { side: patch / ratio, into: out.ms, index: i, lost });
        copyPatch(rendition.lms, place, { side: patch, into: out.lms, index: i, lost });
        copyPatch(rendition.target, place, { side: patch, into: out.target, index: i, lost });
      }
      return out;
    },
  };
}

interface Place {
  readonly row: number;
  readonly col: number;
}

function findPlace(
  { pan, mask, ratio }: Rendition,
  side: number,
  source: { uniform(): number },
): Place {
  const draw = (length: number) =>
    Math.floor(source.uniform() * (Math.floor((length - side) / ratio) + 1)) * ratio;
  for (let i = 0; ; i++) {
    const place = { row: draw(pan.height), col: draw(pan.width) };
    if (!mask || i >= TRIES || full(mask, place, { side, width: pan.width })) return place;
  }
}

function full(
  mask: Uint8Array,
  { row, col }: Place,
  { side, width }: { side: number; width: number },
): boolean {
  for (let y = row; y < row + side; y++) {
    const from = y * width + col;
    for (let at = from; at < from + side; at++) if (mask[at] === 0) return false;
  }
  return true;
}

function copyPatch(
  {
    bands,
    height,
    width,
    data,
  }: { bands: number; height: number; width: number; data: Float32Array },
  { row, col }: Place,
  {
    side,
    into,
    index,
    lost = -1,
  }: { side: number; into: Float32Array; index: number; lost?: number },
): void {
  for (let b = 0; b < bands; b++) {
    if (b === lost) continue;
    for (let y = 0; y < side; y++) {
      const from = (b * height + row + y) * width + col;
      into.set(data.subarray(from, from + side), ((index * bands + b) * side + y) * side);
    }
  }
}
