/** The parts that a picture is cut into, so that what they need at once stays within memory. */

import { availableParallelism, totalmem } from 'node:os';
import { DATA_TYPES, InputError, type RasterInfo, type Window } from '@bandweave/image';

const MIB = 2 ** 20;
/** Node with the libraries loaded, and what each worker adds before any pixels. */
const PROCESS_BYTES = 180 * MIB;
const WORKER_BYTES = 70 * MIB;
/** Longest side of a part: progress and cancelling stay lively, margins stay cheap. */
const MOST_SIDE = 1024;
const LEAST_SIDE = 96;

export interface RegionRequest {
  readonly info: Pick<RasterInfo, 'height' | 'width' | 'bands' | 'dataType'>;
  /** Pixels around a part that are worked on and thrown away. */
  readonly margin: number;
  /** What the work holds a pixel. */
  readonly bytesPerPixel: number;
  /** Bytes that are held whatever the parts: pictures that are decoded and encoded whole. */
  readonly held: number;
  readonly memory?: number | undefined;
  readonly threads?: number | undefined;
}

export interface Region {
  /** What is written. */
  readonly core: Window;
  /** What is read and worked on. */
  readonly whole: Window;
}

export interface RegionPlan {
  readonly threads: number;
  readonly regions: readonly Region[];
}

/** What a picture that is no GeoTIFF holds while it is decoded, worked on and encoded. */
export function heldBytes(
  { height, width, bands, dataType }: RegionRequest['info'],
  pictures: number,
): number {
  return 2 * pictures * height * width * bands * DATA_TYPES[dataType].bytes;
}

/** Parts of about one size that cover the picture, fewer threads where memory is short. */
export function planRegions(request: RegionRequest): RegionPlan {
  const { info, margin, bytesPerPixel, held } = request;
  const { height, width } = info;
  const memory = request.memory ?? Math.min(totalmem() / 2, 4096 * MIB);
  const free = memory - PROCESS_BYTES - held;
  const least = (LEAST_SIDE + 2 * margin) ** 2 * bytesPerPixel;
  const fitting = Math.floor((free - least) / WORKER_BYTES);
  if (fitting < 1) {
    const needed = Math.ceil((PROCESS_BYTES + held + WORKER_BYTES + least) / MIB);
    throw new InputError(
      `--memory: expected at least ${needed}m for this picture, got ${Math.floor(memory / MIB)}m; give more.`,
    );
  }
  const threads = Math.min(request.threads ?? availableParallelism(), fitting);
  const pixels = (free - threads * WORKER_BYTES) / bytesPerPixel;
  const side = Math.min(MOST_SIDE, Math.floor(Math.sqrt(pixels)) - 2 * margin);
  const rows = cut(height, side, margin);
  const cols = cut(width, side, margin);
  const regions = rows.flatMap((row) =>
    cols.map((col) => ({
      core: { row: row.from, col: col.from, height: row.size, width: col.size },
      whole: { row: row.start, col: col.start, height: row.length, width: col.length },
    })),
  );
  return { threads, regions };
}

function cut(size: number, side: number, margin: number) {
  const count = Math.ceil(size / side);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.round((i * size) / count);
    const to = Math.round(((i + 1) * size) / count);
    const start = Math.max(0, from - margin);
    return { from, size: to - from, start, length: Math.min(size, to + margin) - start };
  });
}
