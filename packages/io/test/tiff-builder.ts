/** Builds small TIFF files byte by byte, so that what is read is held against something else than our writer. */

export interface Field {
  readonly tag: number;
  /** TIFF type number: 1 bytes, 2 text, 3 short, 4 long, 12 double, 16 long8. */
  readonly type: number;
  readonly values: readonly number[] | string;
}

export interface Image {
  readonly fields: readonly Field[];
  /** Tag numbers of offsets and byte counts: strips by default. */
  readonly tiled?: boolean;
  /** Stored blocks; undefined for one that is absent. */
  readonly blocks: readonly (Uint8Array | undefined)[];
}

export interface BuildOptions {
  readonly bigEndian?: boolean;
  readonly bigTiff?: boolean;
}

const BYTES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 12: 8, 16: 8 };

export function buildTiff(images: readonly Image[], options: BuildOptions = {}): Uint8Array {
  const { bigEndian = false, bigTiff = false } = options;
  const le = !bigEndian;
  const out = new Uint8Array(1 << 20);
  const view = new DataView(out.buffer);
  const pointer = bigTiff ? 8 : 4;
  const put = (at: number, value: number) =>
    bigTiff ? view.setBigUint64(at, BigInt(value), le) : view.setUint32(at, value, le);
  view.setUint16(0, bigEndian ? 0x4d4d : 0x4949);
  view.setUint16(2, bigTiff ? 43 : 42, le);
  if (bigTiff) view.setUint16(4, 8, le);
  let link = bigTiff ? 8 : 4;
  let at = bigTiff ? 16 : 8;
  for (const { fields, tiled, blocks } of images) {
    const offsets: number[] = [];
    for (const block of blocks) {
      offsets.push(block ? at : 0);
      if (block) out.set(block, at);
      at += block?.length ?? 0;
      at += at % 2;
    }
    const all: Field[] = [
      ...fields,
      { tag: tiled ? 324 : 273, type: 4, values: offsets },
      { tag: tiled ? 325 : 279, type: 4, values: blocks.map((block) => block?.length ?? 0) },
    ];
    all.sort((a, b) => a.tag - b.tag);
    put(link, at);
    const directory = at;
    const entry = bigTiff ? 20 : 12;
    at += (bigTiff ? 8 : 2) + all.length * entry;
    link = at;
    at += pointer;
    if (bigTiff) view.setBigUint64(directory, BigInt(all.length), le);
    else view.setUint16(directory, all.length, le);
    all.forEach(({ tag, type, values }, i) => {
      const list =
        typeof values === 'string' ? [...`${values}\0`].map((c) => c.charCodeAt(0)) : values;
      const where = directory + (bigTiff ? 8 : 2) + i * entry;
      view.setUint16(where, tag, le);
      view.setUint16(where + 2, type, le);
      put(where + 4, list.length);
      const field = where + 4 + pointer;
      const inline = list.length * BYTES[type] <= pointer;
      const start = inline ? field : at;
      if (!inline) {
        put(field, at);
        at += list.length * BYTES[type];
        at += at % 2;
      }
      list.forEach((value, k) => {
        const p = start + k * BYTES[type];
        if (type === 3) view.setUint16(p, value, le);
        else if (type === 4) view.setUint32(p, value, le);
        else if (type === 12) view.setFloat64(p, value, le);
        else if (type === 16) view.setBigUint64(p, BigInt(value), le);
        else view.setUint8(p, value);
      });
    });
  }
  return out.slice(0, at);
}

/** The fields that every image has; `more` replaces those of the same tag. */
export function baseFields(
  {
    width,
    height,
    bits,
    bands = 1,
  }: { width: number; height: number; bits: number; bands?: number },
  more: readonly Field[] = [],
): Field[] {
  const base: Field[] = [
    { tag: 256, type: 4, values: [width] },
    { tag: 257, type: 4, values: [height] },
    { tag: 258, type: 3, values: new Array(bands).fill(bits) },
    { tag: 259, type: 3, values: [1] },
    { tag: 262, type: 3, values: [1] },
    { tag: 277, type: 3, values: [bands] },
    { tag: 278, type: 4, values: [height] },
  ];
  return [...base.filter(({ tag }) => !more.some((field) => field.tag === tag)), ...more];
}
