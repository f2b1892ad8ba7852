export type { FileInput } from './byte-source.js';
export { bytesPerElement, type DType, dtypeOf, dtypes, type TensorData } from './dtype.js';
export { bfloatToFloat32, halfToFloat32 } from './half.js';
export {
  type LazyTensorFile,
  openSafetensors,
  parseSafetensors,
  readSafetensors,
} from './safetensors-read.js';
export {
  encodeSafetensors,
  type TensorsToWrite,
  type WriteOptions,
  writeSafetensors,
} from './safetensors-write.js';
export {
  type StoredTensor,
  storedTensor,
  type TensorFile,
  type TensorInfo,
  toFloat32,
} from './stored-tensor.js';
