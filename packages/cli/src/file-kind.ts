/** What a file is, by its first bytes: names may lie. */

import { open } from 'node:fs/promises';

export type FileKind = 'raster' | 'safetensors' | 'torch' | 'onnx';

/**
 * Rasters are whatever is none of the others: their reader says best what it cannot take.
 * An address is always a raster.
 */
export async function fileKind(path: string): Promise<FileKind> {
  if (/^https?:\/\//i.test(path)) return 'raster';
  const head = await firstBytes(path, 16);
  const text = head.toString('latin1');
  // 8 bytes of header length, little endian, then JSON: the length is what tells it from text.
  if (head.length > 8 && text[8] === '{' && head.readUIntLE(2, 6) < 2 ** 16) return 'safetensors';
  if (text.startsWith('PK\x03\x04')) return 'torch';
  if (isOnnx(head)) return 'onnx';
  return 'raster';
}

/**
 * ONNX is a bare protobuf message: field 1 (ir_version, a varint) first, and then field 2
 * (producer, text), 7 (graph) or 8 (opsets), all length-delimited.
 */
function isOnnx(head: Buffer): boolean {
  return (
    head.length > 3 && head[0] === 0x08 && head[1]! < 0x20 && [0x12, 0x3a, 0x42].includes(head[2]!)
  );
}

/** Empty where the path cannot be read: the reader that comes after says why. */
async function firstBytes(path: string, count: number): Promise<Buffer> {
  try {
    const file = await open(path.replace(/,bands?=[^,]*$/, ''), 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return Buffer.alloc(0);
  }
}
