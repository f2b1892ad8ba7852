/**
 * LERC blocks by Esri's decoder. Not by way of geotiff.js, which takes the whole buffer where
 * the decoder returns a part of it: blocks that LERC stores as they are come out wrong there.
 */

import { createRequire } from 'node:module';

interface Lerc {
  decode(
    blob: ArrayBuffer,
    options: { returnPixelInterleavedDims: boolean },
  ): {
    readonly pixels: readonly (Uint8Array | Float32Array | Float64Array)[];
    /** 1 where the pixel holds data; absent where all do. */
    readonly mask?: Uint8Array | null;
  };
}

/** A script of the old kind without types; loaded when the first block needs it. */
let lerc: Lerc | undefined;

export interface LercShape {
  readonly width: number;
  readonly height: number;
  readonly samples: number;
}

/** The samples' bytes; undefined where the blob is of another size than the block. */
export function decodeLercBlob(blob: Uint8Array, shape: LercShape): Uint8Array | undefined {
  if (!lercFits(blob, shape)) return undefined;
  lerc ??= createRequire(import.meta.url)('lerc') as Lerc;
  const options = { returnPixelInterleavedDims: shape.samples > 1 };
  const { pixels, mask } = lerc.decode(new Uint8Array(blob).buffer, options);
  const [samples] = pixels;
  // What LERC holds no number for is NaN in floats, as libtiff has it.
  if (mask && (samples instanceof Float32Array || samples instanceof Float64Array)) {
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] === 0) samples.fill(Number.NaN, i * shape.samples, (i + 1) * shape.samples);
    }
  }
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** Holds the size in a LERC2 blob's header against the block's. */
function lercFits(blob: Uint8Array, { width, height, samples }: LercShape): boolean {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  if (blob.length < 40 || String.fromCharCode(...blob.subarray(0, 6)) !== 'Lerc2 ') return false;
  const version = view.getInt32(6, true);
  const at = version >= 3 ? 14 : 10;
  if (view.getInt32(at, true) > height || view.getInt32(at + 4, true) !== width) return false;
  return version < 4 || view.getInt32(at + 8, true) === samples;
}
