/** Pickles put together opcode by opcode, and the zip file around them that torch.save would write. */

import { zipSync } from 'fflate';

type Part = number | string | Uint8Array;

/** Numbers are bytes, strings their UTF-8. Begins with PROTO 2. */
export function pickle(...parts: Part[]): Uint8Array {
  return Uint8Array.from(
    [0x80, 2, ...parts].flatMap((p) =>
      typeof p === 'number' ? [p] : [...(typeof p === 'string' ? new TextEncoder().encode(p) : p)],
    ),
  );
}

/** SHORT_BINUNICODE. */
export const text = (s: string): Uint8Array => Uint8Array.of(0x8c, s.length, ...Buffer.from(s));

/** LONG_1 of 8 bytes. */
export function long(value: bigint): Uint8Array {
  const out = new Uint8Array(10);
  out.set([0x8a, 8]);
  new DataView(out.buffer).setBigInt64(2, value, true);
  return out;
}

/** `torch._utils._rebuild_tensor_v2` called on a float storage with key 0. */
export function tensor(
  { numel, offset = 0n }: { readonly numel: bigint; readonly offset?: bigint },
  shape: readonly bigint[],
  strides: readonly bigint[],
): Uint8Array {
  const tuple = (items: readonly bigint[]): Part[] => ['(', ...items.map(long), 't'];
  return pickle(
    ...['ctorch._utils\n_rebuild_tensor_v2\n', '((', text('storage'), 'ctorch\nFloatStorage\n'],
    ...[text('0'), text('cpu'), long(numel), 'tQ', long(offset), ...tuple(shape)],
    ...[...tuple(strides), 0x89, 'N', 'tR'],
  ).subarray(2);
}

/** A zip file with data.pkl and storage 0, entries stored. */
export function pthZip(
  data: Uint8Array,
  { storage = new Uint8Array(16), more = {} }: PthOptions = {},
): Uint8Array {
  return zipSync({ 'w/data.pkl': data, 'w/data/0': storage, ...more }, { level: 0 });
}

interface PthOptions {
  readonly storage?: Uint8Array;
  readonly more?: Record<string, Uint8Array>;
}
