/** BDSD: band-dependent spatial detail, over the scene or in blocks (Garzelli, Nencini, Capobianco 2008). */

import type { FusionMethod, Scene } from '../method.js';
import { applyBlocks, blockAxis, blocksAlong } from './block-models.js';
import {
  addDetail,
  applyModel,
  detailSize,
  freeModel,
  type NormalEquations,
  normalEquations,
} from './detail-model.js';
import {
  type ReducedPair,
  reducedExpMargin,
  reducedMsMargin,
  reducedPair,
  reducedPanMargin,
} from './reduced-pair.js';

export interface BlockModels {
  /** [bands, bands + 1] a block, row by row; PAN last. */
  readonly models: readonly (readonly number[])[];
}

/**
 * Pixels of the whole scene's fit, for each unknown, that stand by every block: a block of 32 PAN
 * pixels at ratio 4 has 64 pixels for 9 unknowns.
 */
const PRIOR = 4;

/**
 * out_k = exp_k + sum_j a_kj exp_j + b_k PAN, by least squares one scale down, where what a band
 * lacks is known: one model for the scene, or one for each block of `scene.block` PAN pixels. In
 * blocks each fit is joined by a little of the whole scene's and models are mixed between the
 * centres of blocks; as released, each block stands alone and ends sharply.
 */
export const bdsd: FusionMethod<BlockModels> = {
  name: 'bdsd',
  title: 'Band-dependent spatial detail',
  source: 'Garzelli, Nencini, Capobianco 2008',
  panMargin: reducedPanMargin,
  panBorder: 'replicate',
  expMargin: reducedExpMargin,
  msMargin: reducedMsMargin,
  statistics: {
    size: (scene) => blockCount(scene) * detailSize(scene.bands),
    add(window, scene, sums) {
      const pair = reducedPair(window, scene);
      if (scene.block === undefined) addDetail(sums, 0, pair);
      else addToBlocks(pair, scene, sums);
    },
    solve(sums, scene) {
      const { bands, mode } = scene;
      const count = blockCount(scene);
      const equations = Array.from({ length: count }, (_, b) =>
        normalEquations(sums, b * detailSize(bands), bands),
      );
      if (count === 1 || mode === 'released') return { models: equations.map(freeModel) };
      const whole = joined(equations);
      const weight = PRIOR * (bands + 1);
      return {
        models: equations.map((own) => freeModel(joined([own, { ...whole, count: weight }]))),
      };
    },
  },
  fuse(window, scene, { models }, out) {
    if (models.length === 1) applyModel(window, models[0], out);
    else applyBlocks(window, scene, { models, mixed: scene.mode === 'mended' }, out);
  },
};

function blockCount({ block, height, width }: Scene): number {
  return block === undefined ? 1 : blocksAlong(height, block) * blocksAlong(width, block);
}

/** Each coarse pixel to the block that its PAN pixel lies in. */
function addToBlocks(pair: ReducedPair, scene: Scene, sums: Float64Array): void {
  const { bands, height, width } = scene;
  const block = scene.block as number;
  const across = blocksAlong(width, block);
  const runs = {
    rows: runsOf(pair.at.rows, height, block),
    cols: runsOf(pair.at.cols, width, block),
  };
  const wide = pair.at.cols.length;
  for (const row of runs.rows) {
    for (const col of runs.cols) {
      const cut = <T extends Float64Array | Uint8Array>(plane: T): T => {
        const out = plane.slice(0, (row.end - row.start) * (col.end - col.start)) as T;
        let at = 0;
        for (let y = row.start; y < row.end; y++) {
          out.set(plane.subarray(y * wide + col.start, y * wide + col.end), at);
          at += col.end - col.start;
        }
        return out;
      };
      addDetail(sums, (row.block * across + col.block) * detailSize(bands), {
        low: pair.low.map(cut),
        pan: cut(pair.pan),
        target: pair.target.map(cut),
        ...(pair.mask ? { mask: cut(pair.mask) } : {}),
      });
    }
  }
}

/** Stretches of coarse pixels in one block. */
function runsOf(places: Float64Array, size: number, block: number) {
  const { lower } = blockAxis({ size, block, mixed: false }, { start: 0, end: size });
  const runs: { block: number; start: number; end: number }[] = [];
  for (let i = 0; i < places.length; i++) {
    const own = lower[Math.min(size - 1, Math.max(0, Math.floor(places[i] + 0.5)))];
    const last = runs[runs.length - 1];
    if (last?.block === own) last.end = i + 1;
    else runs.push({ block: own, start: i, end: i + 1 });
  }
  return runs;
}

/** The equations of all together, each weighing as many pixels as it counts. */
function joined(parts: readonly NormalEquations[]): NormalEquations {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const mix = (pick: (part: NormalEquations) => Float64Array) => {
    const out = new Float64Array(pick(parts[0]).length);
    for (const part of parts) {
      const share = count > 0 ? part.count / count : 0;
      pick(part).forEach((value, i) => {
        out[i] += share * value;
      });
    }
    return out;
  };
  return {
    count,
    left: mix(({ left }) => left),
    right: parts[0].right.map((_, k) => mix(({ right }) => right[k])),
  };
}
