/** The side of the windows, so that windows and the strip of the output stay within memory. */

import { totalmem } from 'node:os';
import { InputError, type RasterInfo } from '@bandweave/image';
import { heldBytes } from '../restore/region-plan.js';
import type { Enlarging } from './enlarging.js';

const MIB = 2 ** 20;
/** This process and the one that the network runs in, before any pixels. */
const PROCESS_BYTES = 260 * MIB;
const SIDES = [512, 384, 256, 192, 128, 96, 64];

export function windowSide({
  tile,
  memory = Math.min(totalmem() / 2, 4096 * MIB),
  enlarging,
  info,
  output,
}: {
  readonly tile?: number;
  readonly memory?: number;
  readonly enlarging: Enlarging;
  readonly info: RasterInfo;
  readonly output: string;
}): number {
  const { scale, step, bytesPerPixel } = enlarging;
  const { height, width, bands } = info;
  const small = !info.crs && !info.transform ? heldBytes(info, 1) : 0;
  const large = /\.(png|jpe?g)$/i.test(output)
    ? heldBytes({ ...info, height: height * scale, width: width * scale }, 1)
    : 0;
  const bytes = (side: number) => {
    const [rows, cols] = [Math.min(side, height), Math.min(side, width)];
    // Sums, values and samples of a strip as wide as the output.
    const strip = 10 * (bands + 1) * rows * scale * width * scale;
    return PROCESS_BYTES + small + large + strip + rows * cols * bytesPerPixel;
  };
  if (tile !== undefined && tile % step !== 0) {
    throw new InputError(
      `--tile: expected a multiple of the network's windows of ${step} pixels, got ${tile}; try ${Math.max(1, Math.round(tile / step)) * step}.`,
    );
  }
  const sides = tile === undefined ? SIDES.filter((side) => side <= enlarging.side) : [tile];
  const fitting = sides.find((side) => bytes(side) <= memory);
  if (fitting !== undefined) return Math.ceil(fitting / step) * step;
  const needed = Math.ceil(bytes(sides[sides.length - 1]) / MIB);
  throw new InputError(
    `--memory: expected at least ${needed}m to enlarge this picture, got ${Math.floor(memory / MIB)}m; give more${tile === undefined ? '' : ' or take a smaller --tile'}.`,
  );
}
