export { after, checkpoint } from './core/checkpoint.js';
export type { Elements, ElementType } from './core/element-type.js';
export { backward, grad, stopGradient, valueAndGrad } from './core/grad.js';
export { type Shape, showShape, sizeOf } from './core/shape.js';
export {
  composite,
  constant,
  input,
  int64s,
  onnx,
  parameter,
  scalar,
  type Target,
  type Tensor,
} from './core/tensor.js';
export { GraphError } from './errors.js';
export * from './files/index.js';
export { compile, type EmitOptions, type Model, toOnnx } from './onnx/emit.js';
export { type Exported, type ExportOptions, exportOnnx } from './onnx/export.js';
export * from './ops/index.js';
export * from './optim/index.js';
export {
  ADAPTER_NAMES,
  type AdapterOptions,
  mergeAdapters,
  withAdapters,
} from './params/adapters.js';
export { paramsIn } from './params/in-type.js';
export * from './params/init.js';
export {
  createParams,
  type ParameterEntry,
  type ParameterKind,
  type Params,
  type ParamsOptions,
} from './params/params.js';
export type { StateDict } from './params/state-dict.js';
export { type Random, random, seedFor } from './random.js';
export type { Provider } from './session/provider.js';
export {
  createSession,
  type RunOptions,
  type Session,
  type SessionOptions,
} from './session/session.js';
export { createSessionCache, type SessionCache } from './session/session-cache.js';
export type { Feeds, Port, Value } from './session/values.js';
export {
  createWorkerSession,
  type WorkerSession,
  type WorkerSessionOptions,
} from './session/worker-session.js';
