import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors } from '@bandweave/graph';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileKind } from '../src/file-kind.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-kind-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TIFF = Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0, 0, 0]);
const ONNX = Buffer.from([0x08, 0x0a, 0x12, 0x04, 0x74, 0x65, 0x73, 0x74]);
const SAFETENSORS = encodeSafetensors([['a', { shape: [2], data: new Float32Array(2) }]]);

test.each<[string, Uint8Array, string]>([
  ['a TIFF', TIFF, 'raster'],
  ['text', Buffer.from('hello world, hello world'), 'raster'],
  ['nothing', Buffer.alloc(0), 'raster'],
  ['safetensors', SAFETENSORS, 'weights'],
  ['a zip file', Buffer.from('PK\x03\x04 and so on, and on', 'latin1'), 'weights'],
  [
    'a legacy PyTorch file',
    Buffer.from([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9]),
    'weights',
  ],
  ['an ONNX model', ONNX, 'onnx'],
])('%s is told by its first bytes, whatever its name', async (_, bytes, kind) => {
  const path = join(folder, 'file.tif');
  writeFileSync(path, bytes);
  expect(await fileKind(path)).toBe(kind);
});

test('what cannot be read is left to the raster reader', async () => {
  expect(await fileKind(join(folder, 'missing'))).toBe('raster');
  expect(await fileKind(folder)).toBe('raster');
});
