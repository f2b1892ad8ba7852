/** What a file is, by its first bytes: names may lie. */

import { open } from 'node:fs/promises';
import { parseSpec } from '@bandweave/io';

export type FileKind = 'raster' | 'weights' | 'onnx';

/** PyTorch's legacy files begin with a pickle of their magic number. */
const TORCH_LEGACY = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46];

/**
 * Rasters are whatever is none of the others: their reader says best what it cannot take.
 * An address is always a raster.
 */
export async function fileKind(path: string): Promise<FileKind> {
  if (/^https?:\/\//i.test(path)) return 'raster';
  const { path: file } = parseSpec(path);
  const head = await firstBytes(file, 64);
  if (isSafetensors(head) || TORCH_LEGACY.every((byte, i) => head[i] === byte)) return 'weights';
  if (head.toString('latin1').startsWith('PK\x03\x04')) return isNpz(head) ? 'raster' : 'weights';
  return isOnnx(head) ? 'onnx' : 'raster';
}

/** A zip whose first entry is an array of NumPy. */
function isNpz(head: Buffer): boolean {
  if (head.length < 30) return false;
  return head
    .subarray(30, 30 + head.readUInt16LE(26))
    .toString('latin1')
    .endsWith('.npy');
}

/** 8 bytes of header length, little endian, then JSON; or the JSON index of several files. */
function isSafetensors(head: Buffer): boolean {
  if (head[0] === 0x7b) return true;
  return head.length > 8 && head[8] === 0x7b && head.readUIntLE(4, 4) === 0;
}

/**
 * ONNX is a bare protobuf message: field 1 (ir_version, a varint) first, and then field 2
 * (producer, text), 7 (graph) or 8 (opsets), all length-delimited.
 */
function isOnnx(head: Buffer): boolean {
  return head[0] === 0x08 && head[1]! < 0x20 && [0x12, 0x3a, 0x42].includes(head[2]!);
}

/** Empty where the path cannot be read: the reader that comes after says why. */
async function firstBytes(path: string, count: number): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
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
