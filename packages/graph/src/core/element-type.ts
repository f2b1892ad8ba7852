/** Element types of symbolic tensors, by numpy's names, and the arrays that hold them. */

export type ElementType = 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool';

/** What holds the elements of a tensor at run time; bool as bytes 0 and 1. */
export type Elements = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;

interface ElementFacts {
  /** Number of the type in ONNX's TensorProto. */
  readonly onnx: number;
  readonly from: (values: ArrayLike<number>) => Elements;
  readonly holds: (data: unknown) => boolean;
  readonly floating: boolean;
}

export const ELEMENT_TYPES: Readonly<Record<ElementType, ElementFacts>> = {
  float32: {
    onnx: 1,
    from: (values) => Float32Array.from(values),
    holds: (data) => data instanceof Float32Array,
    floating: true,
  },
  float64: {
    onnx: 11,
    from: (values) => Float64Array.from(values),
    holds: (data) => data instanceof Float64Array,
    floating: true,
  },
  int64: {
    onnx: 7,
    from: (values) => BigInt64Array.from(Array.from(values, (v) => BigInt(v))),
    holds: (data) => data instanceof BigInt64Array,
    floating: false,
  },
  int32: {
    onnx: 6,
    from: (values) => Int32Array.from(values),
    holds: (data) => data instanceof Int32Array,
    floating: false,
  },
  uint8: {
    onnx: 2,
    from: (values) => Uint8Array.from(values),
    holds: (data) => data instanceof Uint8Array,
    floating: false,
  },
  bool: {
    onnx: 9,
    from: (values) => Uint8Array.from(values, (v) => (v ? 1 : 0)),
    holds: (data) => data instanceof Uint8Array,
    floating: false,
  },
};

/** Whether gradients flow through tensors of this type. */
export function isFloating(dtype: ElementType): boolean {
  return ELEMENT_TYPES[dtype].floating;
}
