/** A small run of `npm run fuzz`: damaged files are read or refused, never anything else. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attempt, mutated } from '../../../../scripts/mutations.mjs';
import { loadStateDict } from '../../src/files/load-state-dict.js';
import { inspectOnnx } from '../../src/files/onnx-inspect.js';
import { parseSafetensors } from '../../src/files/safetensors-read.js';
import { safetensorsBytes } from './safetensors-bytes.js';

const folder = new URL('./fixtures/', import.meta.url);
const fixtures = (pattern: RegExp): Uint8Array[] =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => readFileSync(new URL(name, folder)));

const safetensors = safetensorsBytes(
  {
    __metadata__: { format: 'pt' },
    a: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
    b: { dtype: 'I16', shape: [3], data_offsets: [8, 14] },
    c: { dtype: 'BOOL', shape: [], data_offsets: [14, 15] },
  },
  new Uint8Array(15),
);

test.each([
  ['safetensors', async (b: Uint8Array) => parseSafetensors(b), [safetensors]],
  ['zip files of PyTorch', loadStateDict, fixtures(/^[a-z]+\.pth$/)],
  ['legacy files of PyTorch', loadStateDict, fixtures(/-legacy\.pth$/)],
  ['ONNX files', inspectOnnx, fixtures(/\.onnx$/)],
])('2000 damaged %s are read or refused', async (_, read, files) => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(mutated(files), async (bytes) => {
      seen.add((await attempt(read, bytes)).outcome);
    }),
    { numRuns: 2000 },
  );
  // Both occur, or the damage is too small or too great to test anything.
  expect([...seen].sort()).toEqual(['parsed', 'refused']);
});
