export type { FileInput } from './byte-source.js';
export { convertWeights } from './convert-weights.js';
export { bytesPerElement, type DType, dtypeOf, dtypes, type TensorData } from './dtype.js';
export { bfloatToFloat32, float32ToHalf, halfToFloat32 } from './half.js';
export {
  type LazyStateDict,
  type LoadOptions,
  loadStateDict,
  openStateDict,
  type StateDict,
  type WeightsFormat,
} from './load-state-dict.js';
export { inspectOnnx, type OnnxInfo, type OnnxValue } from './onnx-inspect.js';
export {
  type LazyTensorFile,
  openSafetensors,
  parseSafetensors,
  readSafetensors,
} from './safetensors-read.js';
export {
  openShardedSafetensors,
  type ShardOptions,
  writeShardedSafetensors,
} from './safetensors-shards.js';
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
