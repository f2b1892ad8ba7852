import { expect, test } from 'vitest';
import { METADATA_KEY, readMetadata, sourceOf } from '../src/index.js';

test('weights from elsewhere say nothing of themselves', () => {
  expect(readMetadata(new Map([['format', 'pt']]), 'w')).toBeUndefined();
  expect(sourceOf(new Map(), 'w')).toEqual({ file: 'w' });
});

test('variant and configuration reach the definition', () => {
  const text = JSON.stringify({ network: 'pnn', variant: 'deep', config: { dim: 3 } });
  const metadata = new Map([[METADATA_KEY, text]]);
  expect(sourceOf(metadata, 'w')).toEqual({ file: 'w', variant: 'deep', config: { dim: 3 } });
});

test.each(['{', '[]', '{"variant":"a"}', 'null'])('metadata %s is refused in one line', (text) => {
  expect(() => readMetadata(new Map([[METADATA_KEY, text]]), 'w.safetensors')).toThrow(
    /^w\.safetensors: expected metadata 'bandweave' .*train the weights again\.$/,
  );
});
