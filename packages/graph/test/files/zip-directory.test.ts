import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { memorySource } from '../../src/files/byte-source.js';
import { readZipDirectory, zipDataOffset } from '../../src/files/zip-directory.js';

/** The same archive as a writer of 64-bit zip files would close it: sizes in extra fields. */
function with64BitRecords(
  zip: Uint8Array,
  change: (view: DataView) => void = () => {},
): Uint8Array {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.length - 22;
  const count = view.getUint16(end + 10, true);
  const from = view.getUint32(end + 16, true);
  const entries: number[] = [];
  for (let at = from; at < end; ) {
    const nameLength = view.getUint16(at + 28, true);
    const extra = new Uint8Array(4 + 24);
    const e = new DataView(extra.buffer);
    e.setUint16(0, 1, true);
    e.setUint16(2, 24, true);
    // Full size, packed size, offset of the local header.
    for (const [i, field] of [24, 20, 42].entries()) {
      e.setBigUint64(4 + 8 * i, BigInt(view.getUint32(at + field, true)), true);
    }
    const head = zip.slice(at, at + 46);
    const h = new DataView(head.buffer);
    for (const field of [24, 20, 42]) h.setUint32(field, 0xffffffff, true);
    h.setUint16(30, extra.length, true);
    entries.push(...head, ...zip.slice(at + 46, at + 46 + nameLength), ...extra);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const record = new DataView(new ArrayBuffer(56 + 20 + 22));
  record.setUint32(0, 0x06064b50, true);
  record.setBigUint64(4, 44n, true);
  record.setBigUint64(24, BigInt(count), true);
  record.setBigUint64(32, BigInt(count), true);
  record.setBigUint64(40, BigInt(entries.length), true);
  record.setBigUint64(48, BigInt(from), true);
  record.setUint32(56, 0x07064b50, true);
  record.setBigUint64(64, BigInt(from + entries.length), true);
  record.setUint32(72, 1, true);
  record.setUint32(76, 0x06054b50, true);
  for (const field of [84, 86]) record.setUint16(field, 0xffff, true);
  for (const field of [88, 92]) record.setUint32(field, 0xffffffff, true);
  change(record);
  return Uint8Array.of(...zip.slice(0, from), ...entries, ...new Uint8Array(record.buffer));
}

const zip = zipSync(
  { 'a/data.pkl': Uint8Array.of(1, 2, 3), 'a/b': new Uint8Array(5) },
  { level: 0 },
);

test('a 64-bit directory gives the same entries as a 32-bit one', async () => {
  const large = with64BitRecords(zip);
  const entries = await readZipDirectory(memorySource(large));
  expect(entries).toEqual(await readZipDirectory(memorySource(zip)));
  expect([...entries].map(([name, { size }]) => [name, size])).toEqual([
    ['a/data.pkl', 3],
    ['a/b', 5],
  ]);
  const at = await zipDataOffset(memorySource(large), 'a/data.pkl', entries.get('a/data.pkl')!);
  expect([...large.subarray(at, at + 3)]).toEqual([1, 2, 3]);
});

test.each([
  ['a directory of 2^63 bytes', (v: DataView) => v.setBigUint64(40, 2n ** 63n, true), /within its/],
  ['a directory at 2^60', (v: DataView) => v.setBigUint64(48, 2n ** 60n, true), /within its/],
  ['2^62 entries', (v: DataView) => v.setBigUint64(32, 2n ** 62n, true), /within its/],
  ['a record beyond the file', (v: DataView) => v.setBigUint64(64, 2n ** 62n, true), /got none/],
  ['a record elsewhere', (v: DataView) => v.setBigUint64(64, 1n, true), /got none/],
])('%s is refused', async (_, change, message) => {
  const source = memorySource(with64BitRecords(zip, change));
  await expect(readZipDirectory(source)).rejects.toThrow(message);
  await expect(readZipDirectory(source)).rejects.toMatchObject({ tag: 'input' });
});
