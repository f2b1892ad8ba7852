/** Headers and directories around the blocks: behind them, or in front for cloud optimised files. */

import { InputError, type RasterInfo } from '@bandweave/image';
import { BlockStore } from './block-store.js';
import { colorFields, descriptiveFields, maskFields, storageFields } from './fields.js';
import { directorySize, type Field, formatDirectory } from './ifd-write.js';
import { type Level, type LevelImage, MASK_CODING } from './level.js';
import { SUBFILE } from './tags.js';
import type { Coded } from './write-options.js';

/** Offsets in a classic TIFF have 32 bits. */
const CLASSIC_LIMIT = 2 ** 32 - 2;
/** Blocks are gathered into writes of this many bytes. */
const GATHERED = 1 << 22;

export interface Parts {
  readonly info: RasterInfo;
  readonly coded: Coded;
  /** Full size first. */
  readonly levels: readonly Level[];
  readonly signal: AbortSignal | undefined;
}

interface Image {
  readonly image: LevelImage;
  /** The tags for these places of the blocks. */
  fields(offsets: ArrayLike<number>): Field[];
}

/** Every directory of the file in their order: full size, its mask, the first overview ... */
function imagesOf({ info, coded, levels }: Parts): Image[] {
  return levels.flatMap(({ image, mask }, i) => {
    const reduced = i > 0 ? SUBFILE.reduced : 0;
    const more = [...colorFields(info), ...(i === 0 ? descriptiveFields(info) : [])];
    const stored = ({ grid, bits, placed }: LevelImage, subfile: number) => {
      const { byteCounts } = placed;
      return (offsets: ArrayLike<number>) => ({ grid, bits, subfile, offsets, byteCounts });
    };
    const imageAt = stored(image, reduced);
    const images: Image[] = [
      { image, fields: (offsets) => [...storageFields(imageAt(offsets), coded), ...more] },
    ];
    if (mask) {
      const maskAt = stored(mask, reduced | SUBFILE.mask);
      const coding = { ...coded, ...MASK_CODING };
      images.push({
        image: mask,
        fields: (offsets) => [...storageFields(maskAt(offsets), coding), ...maskFields()],
      });
    }
    return images;
  });
}

/** Completes the store in place: directories at the end, then the header. */
export async function finishPlain(store: BlockStore, parts: Parts): Promise<void> {
  const images = imagesOf(parts).map(({ image, fields }) => fields(image.placed.offsets));
  const start = store.end + (store.end & 1);
  const total = (big: boolean) =>
    images.reduce((sum, fields) => sum + directorySize(fields, big), start);
  const big = chooseBig(store.path, parts.coded, total(false));
  await writeDirectories(store, images, { start, big });
  await store.write(header(start, big), 0);
}

/** Writes the blocks again behind all directories, smallest overview first (GDAL's COG layout). */
export async function finishCog(store: BlockStore, parts: Parts, path: string): Promise<void> {
  const images = imagesOf(parts);
  const ghost = ghostArea(parts.coded.interleave);
  const plan = (big: boolean) => placeCog(images, { big, ghost });
  const classic = plan(false);
  const big = chooseBig(store.path, parts.coded, classic.end);
  const { start, offsets } = big ? plan(true) : classic;
  const out = await BlockStore.open(path);
  try {
    await out.write(header(start, big), 0);
    await out.write(ghost, big ? 16 : 8);
    const directories = images.map(({ fields }, i) => fields(offsets[i]));
    await writeDirectories(out, directories, { start, big });
    await copyBlocks(store, out, { images, offsets, signal: parts.signal });
  } finally {
    await out.close();
  }
}

function chooseBig(name: string, { bigTiff }: Coded, classicEnd: number): boolean {
  if (bigTiff === 'no' && classicEnd > CLASSIC_LIMIT) {
    throw new InputError(
      `${name}: expected a file below 4 GiB for bigTiff no, got ${classicEnd} bytes; use bigTiff auto.`,
    );
  }
  return bigTiff === 'yes' || classicEnd > CLASSIC_LIMIT;
}

function header(firstDirectory: number, big: boolean): Uint8Array {
  const bytes = new Uint8Array(big ? 16 : 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x4949);
  view.setUint16(2, big ? 43 : 42, true);
  if (big) {
    view.setUint16(4, 8, true);
    view.setBigUint64(8, BigInt(firstDirectory), true);
  } else view.setUint32(4, firstDirectory, true);
  return bytes;
}

async function writeDirectories(
  store: BlockStore,
  directories: readonly Field[][],
  { start, big }: { start: number; big: boolean },
): Promise<void> {
  let at = start;
  for (const [i, fields] of directories.entries()) {
    const after = at + directorySize(fields, big);
    const next = i + 1 < directories.length ? after : 0;
    await store.write(formatDirectory(fields, { at, next, big }), at);
    at = after;
  }
}

/** GDAL's note to itself: where what lies, and that each block has its size in front of it. */
function ghostArea(interleave: 'pixel' | 'band'): Uint8Array {
  const lines = [
    'LAYOUT=IFDS_BEFORE_DATA\n',
    'BLOCK_ORDER=ROW_MAJOR\n',
    'BLOCK_LEADER=SIZE_AS_UINT4\n',
    'BLOCK_TRAILER=LAST_4_BYTES_REPEATED\n',
    'KNOWN_INCOMPATIBLE_EDITION=NO\n ',
  ];
  const said = (interleave === 'band' ? [lines[0], lines[4]] : lines).join('');
  const size = String(said.length).padStart(6, '0');
  return new TextEncoder().encode(`GDAL_STRUCTURAL_METADATA_SIZE=${size} bytes\n${said}`);
}

/** Where each block goes: images of the smallest level first, 4 bytes of leader and of trailer. */
function placeCog(images: readonly Image[], { big, ghost }: { big: boolean; ghost: Uint8Array }) {
  const head = (big ? 16 : 8) + ghost.length;
  const start = head + (head & 1);
  let at = start;
  for (const { image, fields } of images) at += directorySize(fields(image.placed.offsets), big);
  const offsets = images.map(({ image }) => new Float64Array(image.placed.offsets.length));
  for (let i = images.length - 1; i >= 0; i--) {
    const { byteCounts } = images[i].image.placed;
    for (let block = 0; block < byteCounts.length; block++) {
      offsets[i][block] = at + 4;
      at += byteCounts[block] + 8;
    }
  }
  return { start, offsets, end: at };
}

async function copyBlocks(
  store: BlockStore,
  out: BlockStore,
  {
    images,
    offsets,
    signal,
  }: {
    images: readonly Image[];
    offsets: readonly Float64Array[];
    signal: AbortSignal | undefined;
  },
): Promise<void> {
  const source = store.source();
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  let at = 0;
  const flush = async () => {
    await out.write(Buffer.concat(gathered), at);
    gathered = [];
    bytes = 0;
  };
  for (let i = images.length - 1; i >= 0; i--) {
    const { placed } = images[i].image;
    for (let block = 0; block < placed.offsets.length; block++) {
      signal?.throwIfAborted();
      const size = placed.byteCounts[block];
      const framed = new Uint8Array(size + 8);
      framed.set(await source.read(placed.offsets[block], size), 4);
      new DataView(framed.buffer).setUint32(0, size, true);
      framed.copyWithin(size + 4, size, size + 4);
      if (bytes === 0) at = offsets[i][block] - 4;
      gathered.push(framed);
      bytes += framed.length;
      if (bytes >= GATHERED) await flush();
    }
  }
  if (bytes > 0) await flush();
}
