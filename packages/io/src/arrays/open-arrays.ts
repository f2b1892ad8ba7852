/** Opens whatever file holds named arrays: NPY, NPZ, MAT v5, MAT v7.3, HDF5. */

import { InputError } from '@bandweave/image';
import type { ByteSource } from '../bytes/byte-source.js';
import { openFile } from '../bytes/file.js';
import { isHdf5, isMat73, openHdf5 } from '../hdf5/read.js';
import { isMat5, openMat5 } from '../mat/read.js';
import { isNpy } from '../npy/header.js';
import { openNpy } from '../npy/npy.js';
import { isNpz, openNpz } from '../npy/npz.js';
import { isUrl, parseSpec } from '../spec.js';
import type { ArrayFile } from './named-array.js';

/** True for the first 512 bytes of such a file. */
export function isArrayFile(head: Uint8Array): boolean {
  return isNpy(head) || isNpz(head) || isMat5(head) || isMat73(head) || isHdf5(head);
}

/** The file's arrays; `bytes` belong to the result, which closes them. */
export async function openArrays(bytes: ByteSource, head: Uint8Array): Promise<ArrayFile> {
  if (isNpy(head)) return openNpy(bytes);
  if (isNpz(head)) return openNpz(bytes);
  if (isMat5(head)) return openMat5(bytes);
  const { name } = bytes;
  if (isUrl(name)) {
    throw new InputError(
      `${name}: expected a local file for HDF5, got an address; fetch it first.`,
    );
  }
  const file = await openHdf5(name, { matlab: isMat73(head) });
  await bytes.close();
  return file;
}

/** What a file of arrays holds. */
export interface ArrayListing {
  readonly driver: string;
  readonly arrays: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dataType: string;
  }[];
  readonly passedOver: readonly { readonly name: string; readonly reason: string }[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The arrays of a file; undefined where the file is of another kind, an address or names one. */
export async function listArrays(spec: string): Promise<ArrayListing | undefined> {
  const { path, array } = parseSpec(spec);
  if (isUrl(path) || array !== undefined) return undefined;
  const bytes = await openFile(path);
  const head = await bytes.read(0, Math.min(bytes.size, 512));
  if (!isArrayFile(head)) {
    await bytes.close();
    return undefined;
  }
  const file = await openArrays(bytes, head);
  await file.close();
  const { driver, passedOver, metadata } = file;
  const arrays = file.arrays.map(({ name, shape, dataType }) => ({ name, shape, dataType }));
  return { driver, arrays, passedOver, metadata };
}
