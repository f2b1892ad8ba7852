/** Sample types of a raster, named as numpy and rasterio name them. */

export type DataType =
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'float32'
  | 'float64';

export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** What arithmetic is done in: float32 where it holds every sample exactly, else float64. */
export type FloatSamples = Float32Array | Float64Array;

interface DataTypeFacts {
  readonly bytes: number;
  readonly kind: 'unsigned' | 'signed' | 'float';
  readonly min: number;
  readonly max: number;
}

export const DATA_TYPES: Readonly<Record<DataType, DataTypeFacts>> = {
  uint8: { bytes: 1, kind: 'unsigned', min: 0, max: 0xff },
  int8: { bytes: 1, kind: 'signed', min: -0x80, max: 0x7f },
  uint16: { bytes: 2, kind: 'unsigned', min: 0, max: 0xffff },
  int16: { bytes: 2, kind: 'signed', min: -0x8000, max: 0x7fff },
  uint32: { bytes: 4, kind: 'unsigned', min: 0, max: 0xffffffff },
  int32: { bytes: 4, kind: 'signed', min: -0x80000000, max: 0x7fffffff },
  float32: { bytes: 4, kind: 'float', min: -3.4028234663852886e38, max: 3.4028234663852886e38 },
  float64: { bytes: 8, kind: 'float', min: -Number.MAX_VALUE, max: Number.MAX_VALUE },
};

/** A zero-filled array of `length` samples. */
export function allocate(dataType: DataType, length: number): Samples {
  switch (dataType) {
    case 'uint8':
      return new Uint8Array(length);
    case 'int8':
      return new Int8Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
  }
}

/** The data type that an array of samples has. */
export function dataTypeOf(samples: Samples): DataType {
  if (samples instanceof Uint8Array) return 'uint8';
  if (samples instanceof Int8Array) return 'int8';
  if (samples instanceof Uint16Array) return 'uint16';
  if (samples instanceof Int16Array) return 'int16';
  if (samples instanceof Uint32Array) return 'uint32';
  if (samples instanceof Int32Array) return 'int32';
  if (samples instanceof Float32Array) return 'float32';
  return 'float64';
}
