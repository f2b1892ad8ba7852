/**
 * One pass over a picture: for every key patch find its group, shrink it, and average all estimates
 * of each pixel. Work is cut into chunks of key rows that may run anywhere: they read the shared
 * pictures and write sums of their own, which are added in one order whatever the threads.
 */

import type { ShrinkRule } from '../shrink/shrink-values.js';
import { fitsSingle, SingleRunner } from '../single/runner.js';
import { type GroupMode, GroupShrinker } from './group-shrinker.js';
import { keyCoordinates, type PatchGrid, patchGrid } from './keys.js';
import { Matcher } from './match.js';

/** Everything that stays the same from pass to pass; plain data. */
export interface PassPlan {
  readonly bands: number;
  readonly height: number;
  readonly width: number;
  /** Side b of the patches. */
  readonly side: number;
  /** Between key patches. */
  readonly step: number;
  /** How far matches are looked for, in rows and columns. */
  readonly search: number;
  /** Most patches that a group will ever have. */
  readonly count: number;
  readonly mode: GroupMode;
  readonly rule: ShrinkRule;
  readonly precision: Precision;
}

/**
 * What groups are worked out in. `single`: floats, as the published program has its patches, four
 * at a time; mode `quaternion` does not know it. `double`: for comparisons to many digits.
 */
export type Precision = 'single' | 'double';

/** What one pass does. */
export interface PassRequest {
  /** Patches of a group. */
  readonly count: number;
  /** Groups as they were, or found anew. */
  readonly matches: 'new' | 'kept';
  /**
   * Noise level of a group: the same everywhere, or from what has been taken off so far at its key
   * patch: lambda² |sigma² - mean (noisy - current)²|, mean over the bands, under a root.
   */
  readonly noise:
    | { readonly kind: 'fixed'; readonly level: number }
    | { readonly kind: 'local'; readonly sigma: number; readonly lambda: number };
}

/** Pictures and results that all chunks share. */
export interface PassMemory {
  /** [bands, height, width]: what the noise is measured against. */
  readonly noisy: Float64Array;
  /** [bands, height, width]: what is matched and shrunk; a pass replaces it by its estimate. */
  readonly current: Float64Array;
  /** [keys, count] indices of patches. */
  readonly matches: Int32Array;
  /** [keys]: how many patches each group has. */
  readonly counts: Int32Array;
  /** Sums of every chunk and how often each patch was used, one after another. */
  readonly sums: Float64Array;
}

/** Key rows `first` to before `last`, and the pixel rows that their groups may touch. */
export interface Chunk {
  readonly first: number;
  readonly last: number;
  readonly top: number;
  readonly rows: number;
  /** Where its sums begin. */
  readonly offset: number;
}

export interface PassLayout {
  readonly grid: PatchGrid;
  readonly keyRows: Int32Array;
  readonly keyCols: Int32Array;
  readonly chunks: readonly Chunk[];
  /** Lengths of the arrays of `PassMemory`. */
  readonly sizes: { readonly [K in keyof PassMemory]: number };
}

const CHUNK_ROWS = 16;
const FEWEST_CHUNKS = 8;

/** How a plan is cut: depends on the picture alone. */
export function passLayout(plan: PassPlan): PassLayout {
  const { bands, height, width, side, step, search, count } = plan;
  const grid = patchGrid(height, width, side);
  const keyRows = keyCoordinates(grid.rows, step);
  const keyCols = keyCoordinates(grid.cols, step);
  const high = Math.max(1, Math.min(CHUNK_ROWS, Math.ceil(keyRows.length / FEWEST_CHUNKS)));
  const chunks: Chunk[] = [];
  let offset = 0;
  for (let first = 0; first < keyRows.length; first += high) {
    const last = Math.min(first + high, keyRows.length);
    const top = Math.max(0, keyRows[first] - search);
    const rows = Math.min(height, keyRows[last - 1] + search + side) - top;
    chunks.push({ first, last, top, rows, offset });
    offset += (bands + 1) * rows * width;
  }
  const keys = keyRows.length * keyCols.length;
  const pixels = bands * height * width;
  const sizes = {
    noisy: pixels,
    current: pixels,
    matches: keys * count,
    counts: keys,
    sums: offset,
  };
  return { grid, keyRows, keyCols, chunks, sizes };
}

/** Buffers by name that are made larger where they do not suffice. */
export type PassBuffers = Map<keyof PassMemory, SharedArrayBuffer>;

/** Arrays for a plan; on `buffers` they can be seen by several threads. */
export function passMemory({ sizes }: PassLayout, buffers?: PassBuffers): PassMemory {
  const room = (name: keyof PassMemory, bytes: number) => {
    if (!buffers) return new ArrayBuffer(bytes);
    const known = buffers.get(name);
    if (known && known.byteLength >= bytes) return known;
    const larger = new SharedArrayBuffer(bytes);
    buffers.set(name, larger);
    return larger;
  };
  const doubles = (name: 'noisy' | 'current' | 'sums') =>
    new Float64Array(room(name, 8 * sizes[name]), 0, sizes[name]);
  const integers = (name: 'matches' | 'counts') =>
    new Int32Array(room(name, 4 * sizes[name]), 0, sizes[name]);
  return {
    noisy: doubles('noisy'),
    current: doubles('current'),
    matches: integers('matches'),
    counts: integers('counts'),
    sums: doubles('sums'),
  };
}

/** Runs chunks of one plan in one thread. */
export class ChunkRunner {
  readonly layout: PassLayout;
  private readonly single: SingleRunner | undefined;
  private readonly shrinker: GroupShrinker;
  private readonly pictureOffsets: Int32Array;
  private chunkOffsets: Int32Array = new Int32Array(0);
  private matcher: { readonly count: number; readonly matcher: Matcher } | undefined;

  /** @param before a runner that nobody uses any more: its memory is taken over */
  constructor(
    private readonly plan: PassPlan,
    private readonly memory: PassMemory,
    before?: ChunkRunner,
  ) {
    this.layout = passLayout(plan);
    const { side, bands, count, mode, rule } = plan;
    this.pictureOffsets = patchOffsets(plan, plan.height * plan.width);
    const single = plan.precision === 'single' && fitsSingle(plan);
    this.single = single
      ? new SingleRunner(plan, this.layout, memory, before?.single?.machine)
      : undefined;
    const patches = single ? 1 : count;
    this.shrinker = new GroupShrinker({ pixels: side * side, bands, patches }, mode, rule);
  }

  /** Matches, where asked for, and shrinks the groups of a chunk; its sums are then complete. */
  run(index: number, request: PassRequest): void {
    const chunk = this.layout.chunks[index];
    if (this.single) {
      this.single.run(chunk, request, (row, col) => this.level(row, col, request));
      return;
    }
    const { keyCols } = this.layout;
    const { bands, width } = this.plan;
    const { sums } = this.memory;
    this.chunkOffsets = patchOffsets(this.plan, chunk.rows * width);
    sums.fill(0, chunk.offset, chunk.offset + (bands + 1) * chunk.rows * width);
    for (let r = chunk.first; r < chunk.last; r++) {
      if (request.matches === 'new') this.match(chunk, r, request.count);
      for (let c = 0; c < keyCols.length; c++) this.group(chunk, [r, c], request);
    }
  }

  private match(chunk: Chunk, r: number, count: number): void {
    const { grid, keyRows, keyCols } = this.layout;
    const { matches, counts, current } = this.memory;
    const { bands, height, width, search } = this.plan;
    if (this.matcher?.count !== count) {
      const planes = { bands, height, width, data: current };
      const rows = Math.max(...this.layout.chunks.map((one) => one.rows));
      const matcher = new Matcher(planes, { grid, keyCols, search, count }, rows);
      this.matcher = { count, matcher };
    }
    if (r === chunk.first) this.matcher.matcher.load(chunk.top, chunk.rows);
    const first = r * keyCols.length;
    const stride = this.plan.count;
    this.matcher.matcher.row(keyRows[r], matches.subarray(first * stride), {
      stride,
      counts: counts.subarray(first),
    });
  }

  private group(chunk: Chunk, [r, c]: readonly [number, number], request: PassRequest): void {
    const { keyRows, keyCols } = this.layout;
    const { counts } = this.memory;
    const key = r * keyCols.length + c;
    const patches = Math.min(counts[key], request.count);
    const first = key * this.plan.count;
    const level = this.level(keyRows[r], keyCols[c], request);
    this.gather({ first, patches });
    this.shrinker.shrink(patches, level);
    this.scatter(chunk, { first, patches });
  }

  private level(row: number, col: number, { noise }: PassRequest): number {
    if (noise.kind === 'fixed') return noise.level;
    const { bands, height, width, side } = this.plan;
    const { noisy, current } = this.memory;
    let total = 0;
    for (let band = 0; band < bands; band++) {
      let sum = 0;
      for (let i = 0; i < side; i++) {
        const at = (band * height + row + i) * width + col;
        for (let j = at; j < at + side; j++) sum += (noisy[j] - current[j]) ** 2;
      }
      total += Math.abs(noise.sigma ** 2 - sum / (side * side));
    }
    return noise.lambda * Math.sqrt(total / bands);
  }

  private gather({ first, patches }: GroupPlace): void {
    const { width } = this.plan;
    const { rows } = this.layout.grid;
    const { matches, current } = this.memory;
    const { pictureOffsets: offsets } = this;
    const { group, stride } = this.shrinker;
    const dims = offsets.length;
    for (let j = 0; j < patches; j++) {
      const index = matches[first + j];
      const col = (index / rows) | 0;
      const at = (index - col * rows) * width + col;
      const to = j * stride;
      for (let d = 0; d < dims; d++) group[to + d] = current[at + offsets[d]];
    }
  }

  private scatter(chunk: Chunk, { first, patches }: GroupPlace): void {
    const { bands, width } = this.plan;
    const { rows } = this.layout.grid;
    const { matches, sums } = this.memory;
    const { estimate, mean, stride } = this.shrinker;
    const { chunkOffsets: offsets } = this;
    const dims = offsets.length;
    const uses = bands * chunk.rows * width;
    for (let j = 0; j < patches; j++) {
      const index = matches[first + j];
      const col = (index / rows) | 0;
      const at = chunk.offset + (index - col * rows - chunk.top) * width + col;
      const from = j * stride;
      for (let d = 0; d < dims; d++) sums[at + offsets[d]] += estimate[from + d] + mean[d];
      sums[at + uses]++;
    }
  }
}

/** Where the samples of a patch lie from its first on, in planes of `plane` samples. */
function patchOffsets({ bands, side, width }: PassPlan, plane: number): Int32Array {
  return Int32Array.from({ length: bands * side * side }, (_, d) => {
    const [band, p] = [Math.floor(d / (side * side)), d % (side * side)];
    return band * plane + Math.floor(p / side) * width + (p % side);
  });
}

interface GroupPlace {
  readonly first: number;
  readonly patches: number;
}

/** Adds the sums of all chunks and divides: `current` becomes the mean estimate of each pixel. */
export function gatherChunks(plan: PassPlan, layout: PassLayout, memory: PassMemory): void {
  const { bands, height, width } = plan;
  const { current, sums } = memory;
  const plane = height * width;
  const uses = new Float64Array(plane);
  current.fill(0);
  for (const { top, rows, offset } of layout.chunks) {
    const size = rows * width;
    for (let band = 0; band <= bands; band++) {
      const out = band < bands ? current.subarray(band * plane) : uses;
      const from = offset + band * size;
      const to = top * width;
      for (let i = 0; i < size; i++) out[to + i] += sums[from + i];
    }
  }
  const counts = boxSums(uses, plan);
  for (let band = 0; band < bands; band++) {
    for (let i = 0; i < plane; i++) current[band * plane + i] /= counts[i] + Number.EPSILON;
  }
}

/** How many patches cover each pixel, from how often the patch at each position was used. */
function boxSums(uses: Float64Array, { height, width, side }: PassPlan): Float64Array {
  const across = new Float64Array(uses.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = Math.max(0, x - side + 1); j <= x; j++) sum += uses[y * width + j];
      across[y * width + x] = sum;
    }
  }
  const counts = new Float64Array(uses.length);
  for (let y = 0; y < height; y++) {
    for (let i = Math.max(0, y - side + 1); i <= y; i++) {
      for (let x = 0; x < width; x++) counts[y * width + x] += across[i * width + x];
    }
  }
  return counts;
}
