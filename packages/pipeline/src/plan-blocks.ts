/** What a method adds to the plan whose mathematics couples all pixels: the scene at once, or blocks. */

import { findMethod, type SceneOptions } from '@bandweave/fusion';
import { InputError } from '@bandweave/image';
import type { FuseOptions } from './fuse-options.js';
import type { BlockFacts } from './job.js';
import { memoryFor, PROCESS_BYTES } from './memory-plan.js';

const SIDE = 512;
const OVERLAP = 64;
/** Pixels along the edges of a block that are left to its neighbour. */
const MARGIN = 16;
const AREA = 2048;
const MIB = 2 ** 20;

/** Undefined for methods that fuse window by window. */
export function planBlocks(
  name: string,
  { bands, height, width, rows, cols }: SceneOptions,
  options: FuseOptions,
): { facts: BlockFacts; messages: string[] } | undefined {
  const { extent, largestBlock } = findMethod(name);
  if (extent !== 'scene') return undefined;
  // Eight planes a band and some more are alive at once, in doubles.
  const pixelBytes = 8 * (8 * bands + 24);
  const free = memoryFor(options) - PROCESS_BYTES;
  const longest = Math.max(height, width);
  const whole = height * width * pixelBytes;
  const even = rows.ratio === cols.ratio && Number.isInteger(rows.ratio);
  const lattice = { ratio: even ? rows.ratio : 1, msStep: 1 };
  if (whole <= free && longest <= (largestBlock ?? longest)) {
    return {
      facts: {
        ...lattice,
        window: longest,
        overlap: 0,
        margin: 0,
        area: { height, width },
        bytes: whole,
      },
      messages: [`${name} looks at the whole scene at once`],
    };
  }
  const side = largestBlock ?? SIDE;
  const bytes = side * side * pixelBytes + AREA * AREA * 4 * (bands + 1);
  if (bytes > free) {
    const least = Math.ceil((bytes + PROCESS_BYTES) / MIB);
    throw new InputError(
      `--memory: expected at least ${least}m for ${name}, whose blocks of ${side} pixels are worked on at once, got ${Math.floor(memoryFor(options) / MIB)}m; allow more or choose a method that takes windows.`,
    );
  }
  return {
    facts: {
      ...lattice,
      window: side,
      overlap: OVERLAP,
      margin: MARGIN,
      area: { height: AREA, width: AREA },
      bytes,
    },
    messages: [
      `${name} works in blocks of ${side} pixels that overlap by ${OVERLAP}: ` +
        (largestBlock === undefined
          ? `the whole scene takes ${Math.ceil((whole + PROCESS_BYTES) / MIB)} MB`
          : 'its cost grows with the square of their area'),
    ],
  };
}
