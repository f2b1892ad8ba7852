/** How large the areas may be that are worked on at once, so that memory stays bounded. */

import { availableParallelism, totalmem } from 'node:os';
import { DATA_TYPES, type DataType } from '@bandweave/image';

const MIB = 2 ** 20;
/** Node itself with the libraries loaded, and what each worker thread adds before any pixels. */
export const PROCESS_BYTES = 150 * MIB;
const WORKER_BYTES = 60 * MIB;
/** An area's samples exist as input, as output, encoded and on the way to the file. */
const COPIES = 4;
/** What a network holds a pixel of its window: FusionMamba's 256 x 256 took 1.0 GB. */
const NETWORK_PIXEL_BYTES = 16 * 1024;
const MOST_AREA_BYTES = 64 * MIB;

export interface MemoryPlan {
  readonly threads: number;
  /** Size of an area in output pixels, multiples of the file's tile. */
  readonly area: { readonly height: number; readonly width: number };
}

export interface MemoryRequest {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dataType: DataType;
  /** Side of the output file's tiles. */
  readonly tile: number;
  /** Bytes that all may take; half of the machine's by default, at most 4 GiB. */
  readonly memory?: number | undefined;
  readonly threads?: number | undefined;
  /** Of a network's window, where there is one. */
  readonly pixelsAtOnce?: number;
  /** What a worker takes beside its area. */
  readonly bytesAtOnce?: number;
}

/** Bytes that all may take: what was asked for, or half of the machine's, at most 4 GiB. */
export function memoryFor({ memory }: { readonly memory?: number | undefined }): number {
  return memory ?? Math.min(totalmem() / 2, 4096 * MIB);
}

/** Windows of a network that may be worked on at once, one at least. */
export function fittingWindows(
  request: { readonly memory?: number | undefined },
  window: number,
): number {
  const each = WORKER_BYTES + window ** 2 * NETWORK_PIXEL_BYTES;
  return Math.max(1, Math.floor((memoryFor(request) - PROCESS_BYTES) / each));
}

/** As many workers as asked for and as fit; areas that keep them within the budget. */
export function planMemory(request: MemoryRequest): MemoryPlan {
  const { width, height, bands, dataType, tile } = request;
  const memory = memoryFor(request);
  const wanted = request.threads ?? availableParallelism();
  const worker =
    WORKER_BYTES + (request.pixelsAtOnce ?? 0) * NETWORK_PIXEL_BYTES + (request.bytesAtOnce ?? 0);
  const fitting = Math.max(1, Math.floor((memory - PROCESS_BYTES) / (worker + 32 * MIB)));
  const threads = Math.min(wanted, fitting);
  const free = Math.max(8 * MIB, memory - PROCESS_BYTES - threads * worker);
  const budget = Math.min(MOST_AREA_BYTES, free / (threads * COPIES));
  // One more band stands for PAN.
  const pixelBytes = (bands + 1) * DATA_TYPES[dataType].bytes;
  const tilesFitting = Math.max(1, Math.floor(budget / (pixelBytes * tile * tile)));
  const across = Math.ceil(width / tile);
  const down = Math.ceil(height / tile);
  const tilesWide = Math.min(across, tilesFitting);
  const most = Math.max(1, Math.floor(tilesFitting / tilesWide));
  // At least four areas a worker, so that none waits long for the last.
  const even = Math.max(1, Math.floor((down * Math.ceil(across / tilesWide)) / (4 * threads)));
  const tilesHigh = Math.min(down, most, even);
  return { threads, area: { height: tilesHigh * tile, width: tilesWide * tile } };
}
