/** Chunks of a plan in single precision: what `ChunkRunner` does, on a copy of the chunk's rows. */

import type { Chunk, PassLayout, PassMemory, PassPlan, PassRequest } from '../patches/pass.js';
import {
  type Arrays,
  doubles,
  floats,
  integers,
  type SingleKernels,
  type SingleMachine,
  singleMemory,
} from '../wasm/single/single.js';
import { FARTHEST, type LoadedPicture, matcherPieces, SingleMatcher } from './matcher.js';
import { SingleShrinker, shrinkerPieces } from './shrinker.js';

/** What a row has beyond the picture: wide reads pass its end. */
const BEYOND = 16;

function pieces(plan: PassPlan, layout: PassLayout) {
  const { bands, width, side, count, search } = plan;
  const { grid, keyRows, keyCols } = layout;
  const rows = Math.max(...layout.chunks.map((chunk) => chunk.rows));
  const plane = rows * (width + BEYOND);
  const options = { grid, bands: bands as 1 | 3, keyRows, keyCols, search, count };
  return {
    ...shrinkerPieces({ pixels: side * side, bands, patches: count }),
    ...matcherPieces(options, plan.step),
    picture: floats(bands * plane + 64),
    sums: doubles((bands + 1) * plane + 64),
    places: integers(count),
    /** Keeps the first of two doubles, or both. */
    mask: integers(4),
  };
}

/** Whether a plan can be run in single precision. */
export function fitsSingle({ mode, bands, search }: PassPlan): boolean {
  return mode !== 'quaternion' && (bands === 1 || bands === 3) && search <= FARTHEST;
}

export class SingleRunner {
  readonly machine: SingleMachine;
  private readonly kernels: SingleKernels;
  private readonly arrays: Arrays<ReturnType<typeof pieces>>;
  private readonly shrinker: SingleShrinker;
  private readonly matcher: SingleMatcher;
  private readonly pitch: number;

  constructor(
    private readonly plan: PassPlan,
    private readonly layout: PassLayout,
    private readonly memory: PassMemory,
    before?: SingleMachine,
  ) {
    const { bands, width, side, count, search, mode, rule } = plan;
    const { grid, keyRows, keyCols } = layout;
    this.pitch = width + BEYOND;
    const { machine, kernels, arrays } = singleMemory(pieces(plan, layout), before);
    this.machine = machine;
    this.kernels = kernels;
    this.arrays = arrays;
    this.shrinker = new SingleShrinker(kernels, arrays, {
      shape: { pixels: side * side, bands, patches: count },
      mode: mode === 'released' ? 'released' : 'plain',
      rule,
    });
    this.matcher = new SingleMatcher(kernels, arrays, {
      grid,
      bands: bands as 1 | 3,
      keyRows,
      keyCols,
      search,
      count,
    });
    arrays.mask.set(side % 2 === 0 ? [-1, -1, -1, -1] : [-1, -1, 0, 0]);
  }

  run(chunk: Chunk, request: PassRequest, levelAt: (row: number, col: number) => number): void {
    const { matches, counts } = this.memory;
    const { keyRows, keyCols } = this.layout;
    const stride = this.plan.count;
    const picture = this.load(chunk);
    if (request.matches === 'new') {
      const { first, last } = chunk;
      const { count } = request;
      this.matcher.run(picture, { first, last, count }, { matches, counts, stride });
    }
    this.arrays.sums.fill(0);
    for (let r = chunk.first; r < chunk.last; r++) {
      for (let c = 0; c < keyCols.length; c++) {
        const key = r * keyCols.length + c;
        const patches = Math.min(counts[key], request.count);
        if (patches === 0) continue;
        this.group(picture, { first: key * stride, patches }, levelAt(keyRows[r], keyCols[c]));
      }
    }
    this.store(chunk);
  }

  private load({ top, rows }: Chunk): LoadedPicture {
    const { pitch, plan } = this;
    const { bands, height, width } = plan;
    const { picture } = this.arrays;
    const { current } = this.memory;
    const plane = rows * pitch;
    for (let band = 0; band < bands; band++) {
      for (let y = 0; y < rows; y++) {
        const from = (band * height + top + y) * width;
        picture.set(current.subarray(from, from + width), band * plane + y * pitch);
      }
    }
    return { at: picture.byteOffset, top, pitch, plane };
  }

  private group(
    { at, top, pitch, plane }: LoadedPicture,
    { first, patches }: { readonly first: number; readonly patches: number },
    level: number,
  ): void {
    const { kernels, arrays, shrinker, plan } = this;
    const { group, estimate, mean, places, sums, mask } = arrays;
    const { bands, side } = plan;
    const { matches } = this.memory;
    const { rows } = this.layout.grid;
    for (let j = 0; j < patches; j++) {
      const index = matches[first + j];
      const col = (index / rows) | 0;
      places[j] = (index - col * rows - top) * pitch + col;
    }
    mean.fill(0);
    const row = 4 * shrinker.stride;
    kernels.gather(
      group.byteOffset,
      row,
      mean.byteOffset,
      at,
      places.byteOffset,
      patches,
      bands,
      side,
      4 * pitch,
      4 * plane,
    );
    shrinker.shrink(patches, level);
    kernels.scatter(
      estimate.byteOffset,
      row,
      sums.byteOffset,
      sums.byteOffset + 8 * bands * plane,
      places.byteOffset,
      patches,
      bands,
      side,
      8 * pitch,
      8 * plane,
      mask.byteOffset,
    );
  }

  /** Into the shared memory, without what rows have beyond the picture. */
  private store({ rows, offset }: Chunk): void {
    const { pitch, plan } = this;
    const { bands, width } = plan;
    const { sums } = this.arrays;
    const plane = rows * pitch;
    for (let band = 0; band <= bands; band++) {
      for (let y = 0; y < rows; y++) {
        const from = band * plane + y * pitch;
        this.memory.sums.set(sums.subarray(from, from + width), offset + (band * rows + y) * width);
      }
    }
  }
}
