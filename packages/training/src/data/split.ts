/**
 * The split by place: which parts of scenes are trained on and which are only looked at. Parts are
 * cut out before anything is filtered, so no pixel that is tested on reaches training, not even
 * through a filter's margin.
 */

import { random, seedFor } from '@bandweave/graph';
import { cutScene, type TrainingScene } from './scene.js';

export interface Split {
  readonly training: readonly TrainingScene[];
  readonly validation: readonly TrainingScene[];
}

export interface SplitOptions {
  /** Share of each scene that is held back, 0 to 0.5. */
  readonly share: number;
  /** Side of the parts in pixels. */
  readonly side: number;
  readonly seed: number;
  /** Sides of the parts are multiples of this. */
  readonly step: number;
}

/**
 * Scenes up to twice the part's side are cut once across their longer axis; larger ones into
 * parts, of which seeded chance holds some back (at least one, and not all).
 */
export function splitByPlace(scenes: readonly TrainingScene[], options: SplitOptions): Split {
  const training: TrainingScene[] = [];
  const validation: TrainingScene[] = [];
  for (const scene of scenes) {
    const { train, hold } =
      options.share > 0 ? split(scene, options) : { train: [scene], hold: [] };
    training.push(...train);
    validation.push(...hold);
  }
  return { training, validation };
}

function split(scene: TrainingScene, options: SplitOptions) {
  const { height, width } = scene.pan;
  const { side, share, step, seed } = options;
  if (Math.max(height, width) <= 2 * side) return splitOnce(scene, options);
  const rows = spans(height, { side, step });
  const cols = spans(width, { side, step });
  const parts = rows.flatMap((row) =>
    cols.map((col) =>
      cutScene(named(scene, `${scene.name}[${row.start},${col.start}]`), {
        row: row.start,
        col: col.start,
        height: row.length,
        width: col.length,
      }),
    ),
  );
  const source = random(seedFor(`split.${scene.name}`, seed));
  const order = parts
    .map((part) => ({ part, key: source.uniform() }))
    .sort((a, b) => a.key - b.key);
  const count = Math.min(parts.length - 1, Math.max(1, Math.round(share * parts.length)));
  const held = new Set(order.slice(0, count).map(({ part }) => part));
  return {
    train: parts.filter((part) => !held.has(part)),
    hold: parts.filter((part) => held.has(part)),
  };
}

const named = (scene: TrainingScene, name: string): TrainingScene => ({ ...scene, name });

/** The last rows or columns of the longer axis are held back. */
function splitOnce(scene: TrainingScene, { share, step }: SplitOptions) {
  const { height, width } = scene.pan;
  const tall = height >= width;
  const length = tall ? height : width;
  // Eight coarse pixels are the least that a part can be.
  const least = Math.ceil((8 * scene.ratio) / step) * step;
  const held = Math.max(least, Math.round((share * length) / step) * step);
  if (length - held < least) return { train: [scene], hold: [] };
  const at = length - held;
  const first = tall
    ? { row: 0, col: 0, height: at, width }
    : { row: 0, col: 0, height, width: at };
  const last = tall
    ? { row: at, col: 0, height: held, width }
    : { row: 0, col: at, height, width: held };
  return {
    train: [cutScene(scene, first)],
    hold: [cutScene(named(scene, `${scene.name}[held back]`), last)],
  };
}

/** Equal parts of about `side`, in multiples of `step`; what remains beyond is the last one's. */
function spans(length: number, { side, step }: { side: number; step: number }) {
  const count = Math.max(1, Math.round(length / side));
  const each = Math.floor(length / count / step) * step;
  return Array.from({ length: count }, (_, i) => ({
    start: i * each,
    length: i === count - 1 ? length - i * each : each,
  }));
}
