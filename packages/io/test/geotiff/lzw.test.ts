import fc from 'fast-check';
import { getDecoder } from 'geotiff';
import { expect, test } from 'vitest';
import { decodeLzw } from '../../src/geotiff/lzw-decode.js';
import { encodeLzw } from '../../src/geotiff/lzw-encode.js';

// The worked example of TIFF 6.0, section 13.
test('the codes are those of the TIFF specification', () => {
  const codes = [256, 7, 258, 8, 8, 258, 6, 6, 257];
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  const expected = bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
  expect([...encodeLzw(Uint8Array.of(7, 7, 7, 8, 8, 7, 7, 6, 6))]).toEqual(expected);
});

const someBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 256 }), fc.nat())
    .map(([length, letters, seed]) => {
      let state = seed | 1;
      return Uint8Array.from({ length }, () => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return (state >>> 16) % letters;
      });
    }),
);

test('geotiff.js and our decoder unfold what the encoder packs', async () => {
  const decoder = await getDecoder(5, {
    tileWidth: 0,
    tileHeight: 0,
    predictor: 1,
    bitsPerSample: 8,
    planarConfiguration: 1,
  });
  await fc.assert(
    fc.asyncProperty(someBytes, async (bytes) => {
      const packed = encodeLzw(bytes);
      expect(decodeLzw(packed, bytes.length)).toEqual(bytes);
      const other = new Uint8Array(await decoder.decodeBlock(packed.slice().buffer));
      expect(other).toEqual(bytes);
    }),
    { numRuns: 40, seed: 3 },
  );
});

test('noise does not overflow the packed size', () => {
  for (const length of [1, 2, 3, 3837, 3838, 30000]) {
    let state = length;
    const bytes = Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
    expect(decodeLzw(encodeLzw(bytes), length)).toEqual(bytes);
  }
});
