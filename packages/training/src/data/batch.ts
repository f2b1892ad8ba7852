/**
 * Batches of patches as a function of the step alone: the same seed gives the same batches however
 * often training is interrupted, and whichever thread makes them.
 */

import { random, seedFor } from '@bandweave/graph';
import type { Raster } from '@bandweave/image';
import { basesOf, type Preparation } from '@bandweave/models';
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
  /**
   * For networks that serve any pair: bands of each patch, drawn anew; scenes may then differ in
   * bands and ratio, and no `ms` is made. All bands where absent.
   */
  readonly drawBands?: number;
}

export interface Batch {
  readonly pan: Float32Array;
  readonly ms: Float32Array;
  readonly lms: Float32Array;
  readonly target: Float32Array;
}

/** Tries to find a patch without empty pixels before one with some is taken. */
const TRIES = 20;

/**
 * A maker of batches over scenes of the same bands and ratio, unless bands are drawn; `at(step)` may
 * be asked in any order.
 */
export function batchMaker(scenes: readonly TrainingScene[], plan: BatchPlan) {
  const { patch, renew, seed, augmentation, preparation, drawBands } = plan;
  const starts = basesOf(preparation).length;
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
      const [{ ratio: common, reference }] = scenes;
      const bands = drawBands ?? reference.bands;
      const fine = plan.batch * patch * patch;
      const coarse = drawBands ? 0 : plan.batch * (patch / common) ** 2;
      const out = {
        pan: new Float32Array(scenes[0].pan.bands * fine),
        ms: new Float32Array(bands * coarse),
        lms: new Float32Array(starts * bands * fine),
        target: new Float32Array(bands * fine),
      };
      for (let i = 0; i < plan.batch; i++) {
        const rendition = renditionFor(choose(source.uniform()), step);
        const place = findPlace(rendition, patch, source);
        const all = rendition.target.bands;
        const chosen = drawBands ? someOf(all, drawBands, source) : range(all);
        const lost =
          source.uniform() < augmentation.bandDropout ? Math.floor(source.uniform() * bands) : -1;
        const kept = chosen.map((band, k) => (k === lost ? -1 : band));
        const every = range(starts).flatMap((n) => kept.map((k) => (k < 0 ? k : n * all + k)));
        const { ratio } = rendition;
        const low = { row: place.row / ratio, col: place.col / ratio };
        const fits = { side: patch, index: i };
        copyPatch(rendition.pan, place, {
          ...fits,
          into: out.pan,
          bands: range(rendition.pan.bands),
        });
        copyPatch(rendition.lms, place, { ...fits, into: out.lms, bands: every });
        copyPatch(rendition.target, place, { ...fits, into: out.target, bands: kept });
        if (drawBands) continue;
        copyPatch(rendition.ms, low, { ...fits, side: patch / ratio, into: out.ms, bands: kept });
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

/** Some of so many bands, each once as long as there are others. */
function someOf(all: number, count: number, source: { uniform(): number }): number[] {
  const left: number[] = [];
  return Array.from({ length: count }, () => {
    if (left.length === 0) left.push(...range(all));
    return left.splice(Math.floor(source.uniform() * left.length), 1)[0];
  });
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Copies bands of a patch; -1 stands for one that is left as zeros. */
function copyPatch(
  { height, width, data }: Raster<Float32Array>,
  { row, col }: Place,
  {
    side,
    into,
    index,
    bands,
  }: { side: number; into: Float32Array; index: number; bands: readonly number[] },
): void {
  bands.forEach((band, b) => {
    if (band < 0) return;
    for (let y = 0; y < side; y++) {
      const from = (band * height + row + y) * width + col;
      const to = ((index * bands.length + b) * side + y) * side;
      into.set(data.subarray(from, from + side), to);
    }
  });
}
