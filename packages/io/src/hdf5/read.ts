/** HDF5 and MATLAB 7.3 files: their data sets as named arrays, read by windows. */

import { type DataType, InputError, type Samples } from '@bandweave/image';
import type { Dataset, Group, Metadata } from 'h5wasm';
import { gather } from '../arrays/gather.js';
import { type ArrayFile, type NamedArray, rowMajor } from '../arrays/named-array.js';
import { mountHdf5 } from './mount.js';

const MOST_OBJECTS = 10_000;
const DEEPEST = 16;

/** Signature of HDF5; MATLAB 7.3 puts it behind 512 bytes of its own. */
export function isHdf5(head: Uint8Array): boolean {
  const at = (from: number) =>
    new TextDecoder('latin1').decode(head.subarray(from, from + 8)) === '\x89HDF\r\n\x1a\n';
  return at(0);
}

/** True for the text that MATLAB 7.3 writes before the HDF5 part. */
export function isMat73(head: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(head.subarray(0, 10)) === 'MATLAB 7.3';
}

/** The data sets of a file by path; MATLAB's show MATLAB's order of dimensions. */
export async function openHdf5(
  path: string,
  { matlab }: { readonly matlab: boolean },
): Promise<ArrayFile> {
  const mounted = await mountHdf5(path, 'read');
  const { file, hdf5 } = mounted;
  const arrays: NamedArray[] = [];
  const passedOver: { name: string; reason: string }[] = [];
  let objects = 0;
  const walk = (group: Group, prefix: string, depth: number): void => {
    for (const key of group.keys()) {
      if (++objects > MOST_OBJECTS) throw damaged(path, `more than ${MOST_OBJECTS} objects`);
      if (prefix === '' && key.startsWith('#')) continue;
      const name = `${prefix}${key}`;
      const entity = group.get(key);
      if (entity instanceof hdf5.Group && depth < DEEPEST) walk(entity, `${name}/`, depth + 1);
      else if (entity instanceof hdf5.Dataset) add(name, entity);
      else passedOver.push({ name, reason: 'a link to elsewhere' });
    }
  };
  const add = (name: string, dataset: Dataset): void => {
    const { metadata } = dataset;
    const { shape } = metadata;
    const dataType = typeOf(metadata);
    if (metadata.virtual_sources) passedOver.push({ name, reason: 'a view of other files' });
    else if (!dataType || !shape) passedOver.push({ name, reason: 'no array of plain numbers' });
    else arrays.push(datasetArray(path, { name, dataset, dataType, shape, matlab }));
  };
  try {
    walk(file, '', 0);
  } catch (error) {
    mounted.close();
    if (error instanceof InputError) throw error;
    throw damaged(path, (error as Error).message);
  }
  return {
    driver: matlab ? 'MAT v7.3' : 'HDF5',
    arrays,
    passedOver,
    metadata: textAttributes(file),
    close: async () => mounted.close(),
  };
}

interface Found {
  readonly name: string;
  readonly dataset: Dataset;
  readonly dataType: DataType;
  readonly shape: readonly number[];
  readonly matlab: boolean;
}

function datasetArray(path: string, { name, dataset, dataType, shape, matlab }: Found): NamedArray {
  // MATLAB's first dimension varies fastest, HDF5's last: the same samples, named backwards.
  const shown = matlab ? [...shape].reverse() : shape;
  return {
    name,
    shape: shown,
    dataType,
    async read({ start, count }, target, signal) {
      signal?.throwIfAborted();
      const back = <T>(values: readonly T[]) => (matlab ? [...values].reverse() : [...values]);
      const first = back(start);
      const many = back(count);
      let block: Samples;
      try {
        block = dataset.slice(first.map((from, d) => [from, from + many[d]])) as Samples;
      } catch (error) {
        throw damaged(path, `data set ${name} that cannot be read (${(error as Error).message})`);
      }
      if (block?.length !== many.reduce((size, side) => size * side, 1)) {
        throw damaged(path, `data set ${name} with parts missing`);
      }
      gather(
        many,
        { data: block, offset: 0, strides: rowMajor(many) },
        { ...target, strides: back(target.strides) },
      );
    },
  };
}

/** Undefined for what is no plain number of up to 64 bits. */
function typeOf({ type, size, signed }: Metadata): DataType | undefined {
  if (type === 1) return size === 4 ? 'float32' : size === 8 ? 'float64' : undefined;
  if (type !== 0 || size > 4) return undefined;
  const unsigned = ({ 1: 'uint8', 2: 'uint16', 4: 'uint32' } as const)[size];
  const integer = ({ 1: 'int8', 2: 'int16', 4: 'int32' } as const)[size];
  return signed ? integer : unsigned;
}

function textAttributes(file: {
  attrs: Record<string, { value: unknown }>;
}): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, attribute] of Object.entries(file.attrs).slice(0, 64)) {
    const { value } = attribute;
    if (typeof value === 'string' || typeof value === 'number')
      found[key] = String(value).slice(0, 1000);
  }
  return found;
}

function damaged(path: string, what: string): InputError {
  return new InputError(
    `${path}: expected a whole HDF5 file, got ${what.split('\n')[0]}; check it with h5dump or write it again.`,
  );
}
