/** Arrays that a file holds by name: what NPY, NPZ, MAT and HDF5 have in common. */

import type { DataType, Samples } from '@bandweave/image';

/** Where a box of samples goes in an array that it is read into: one step a dimension. */
export interface Target {
  readonly data: Samples;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A part of an array: where it begins and how far it reaches, one figure a dimension. */
export interface Box {
  readonly start: readonly number[];
  readonly count: readonly number[];
}

export interface NamedArray {
  readonly name: string;
  /** As the program that wrote the file shows it. */
  readonly shape: readonly number[];
  readonly dataType: DataType;
  /** Scatters the samples of a box into the target. */
  read(box: Box, target: Target, signal?: AbortSignal): Promise<void>;
}

export interface ArrayFile {
  readonly driver: string;
  readonly arrays: readonly NamedArray[];
  /** What the file holds besides that cannot be read as an image, and why, for messages. */
  readonly passedOver: readonly { readonly name: string; readonly reason: string }[];
  /** Free text attributes of the file. */
  readonly metadata: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Steps between neighbours of each dimension where the last varies fastest. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

/** Steps between neighbours of each dimension where the first varies fastest. */
export function columnMajor(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = 1; d < shape.length; d++) strides[d] = strides[d - 1] * shape[d - 1];
  return strides;
}

/** How many samples a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}
