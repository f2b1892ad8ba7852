/** Element types of tensors in files, by the names of safetensors, and the arrays that hold them. */

export type TensorData =
  | Float64Array
  | Float32Array
  | Uint16Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Int8Array
  | Uint8Array;

/** F16 and BF16 are held as their raw bits in a Uint16Array, BOOL as bytes 0 and 1. */
export type DType =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U8'
  | 'U16'
  | 'U32'
  | 'U64'
  | 'BOOL';

type ArrayOf = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TensorData;

const table: ReadonlyMap<string, { readonly bytes: number; readonly array: ArrayOf }> = new Map([
  ['F64', { bytes: 8, array: Float64Array as ArrayOf }],
  ['F32', { bytes: 4, array: Float32Array as ArrayOf }],
  ['F16', { bytes: 2, array: Uint16Array as ArrayOf }],
  ['BF16', { bytes: 2, array: Uint16Array as ArrayOf }],
  ['I64', { bytes: 8, array: BigInt64Array as ArrayOf }],
  ['I32', { bytes: 4, array: Int32Array as ArrayOf }],
  ['I16', { bytes: 2, array: Int16Array as ArrayOf }],
  ['I8', { bytes: 1, array: Int8Array as ArrayOf }],
  ['U8', { bytes: 1, array: Uint8Array as ArrayOf }],
  ['U16', { bytes: 2, array: Uint16Array as ArrayOf }],
  ['U32', { bytes: 4, array: Uint32Array as ArrayOf }],
  ['U64', { bytes: 8, array: BigUint64Array as ArrayOf }],
  ['BOOL', { bytes: 1, array: Uint8Array as ArrayOf }],
]);

/** All names, for messages. */
export const dtypes = [...table.keys()] as readonly DType[];

/** Whether a name in a file is an element type that can be held. */
export function isDType(name: string): name is DType {
  return table.has(name);
}

/** Bytes of one element. */
export function bytesPerElement(dtype: DType): number {
  return table.get(dtype)!.bytes;
}

/** The bytes as elements: a view where they are aligned, a copy where not. */
export function viewAs(dtype: DType, bytes: Uint8Array): TensorData {
  const { bytes: width, array } = table.get(dtype)!;
  const whole = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  return new array(whole.buffer, whole.byteOffset, whole.byteLength / width);
}

/** The type of an array when nothing else is said; a bare Uint16Array is U16, a Uint8Array U8. */
export function dtypeOf(data: TensorData): DType {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof BigInt64Array) return 'I64';
  if (data instanceof BigUint64Array) return 'U64';
  if (data instanceof Int32Array) return 'I32';
  if (data instanceof Uint32Array) return 'U32';
  if (data instanceof Int16Array) return 'I16';
  if (data instanceof Uint16Array) return 'U16';
  if (data instanceof Int8Array) return 'I8';
  return 'U8';
}

/** Whether an array is of the kind that holds this type. */
export function holds(dtype: DType, data: TensorData): boolean {
  return data instanceof table.get(dtype)!.array;
}
