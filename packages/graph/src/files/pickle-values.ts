/** What a restricted unpickler can make: plain values, storages and tensors, nothing else. */

import type { DType } from './dtype.js';

export class PyTuple {
  constructor(readonly items: readonly PyValue[]) {}
}

export class PyList {
  readonly items: PyValue[] = [];
}

/** A dict or OrderedDict. */
export class PyDict {
  readonly entries = new Map<PyValue, PyValue>();
}

/** A name that the pickle may import; it stands for itself and is never looked up anywhere. */
export class PyGlobal {
  constructor(readonly name: string) {}
}

/** A storage that the pickle points at: a run of elements elsewhere in the file. */
export class PyStorage {
  constructor(
    readonly key: string,
    /** None where the storage is untyped: then `length` counts bytes. */
    readonly dtype: DType | undefined,
    readonly length: number,
    /** Where a view of the storage (legacy form) begins, in elements. */
    readonly viewOffset: number,
  ) {}
}

/** A view of a storage; offset and strides in elements. */
export class PyTensor {
  constructor(
    readonly storage: PyStorage,
    readonly dtype: DType,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PyTuple
  | PyList
  | PyDict
  | PyGlobal
  | PyStorage
  | PyTensor;

/** How messages call a value. */
export function kindOf(value: PyValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (value instanceof PyTuple) return 'a tuple';
  if (value instanceof PyList) return 'a list';
  if (value instanceof PyDict) return 'a dict';
  if (value instanceof PyGlobal) return value.name;
  if (value instanceof PyStorage) return 'a storage';
  if (value instanceof PyTensor) return 'a tensor';
  return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
}
