/**
 * Symbolic tensors and the nodes that make them. The graph is what can be reached from a tensor:
 * nothing is registered anywhere, so what nobody asks for costs nothing.
 */

import { ELEMENT_TYPES, type Elements, type ElementType } from './element-type.js';
import { opError, type Shape, showShape, sizeOf } from './shape.js';

/** One value of the graph: shape and type are known, elements are not. */
export interface Tensor {
  readonly shape: Shape;
  readonly dtype: ElementType;
  readonly node: Node;
  /** Which output of the node. */
  readonly index: number;
}

/** Shape and type of a value to come. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: ElementType;
}

/** Values of ONNX attributes: whole numbers, `{ float }`, text, lists of whole numbers, bodies. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly body: Body };

/** A graph of its own inside a node (Scan, Loop). */
export interface Body {
  /** Placeholders for what the node hands in, in ONNX's order. */
  readonly inputs: readonly Tensor[];
  /** Placeholders for the last inputs of the node, which the body reads from outside by name. */
  readonly captures: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Where inference or training will run: what an operator lowers itself to may depend on it. */
export interface Target {
  readonly provider: 'cpu' | 'cuda' | 'wasm' | 'webgpu';
  /** Channels per block of this processor's convolution kernels, to ask for them (training). */
  readonly convBlock?: number | undefined;
  /** How weights are emitted: as initializers in inference, where no gradient is expected. */
  readonly weights?: 'initializers' | 'inputs';
}

/** The current value of a parameter; replaced by training. */
export interface ParameterSlot {
  data: Float32Array;
}

export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly slot: ParameterSlot }
  | { readonly kind: 'constant'; readonly data: Elements }
  | {
      readonly kind: 'onnx';
      readonly opType: string;
      readonly domain: string;
      readonly attributes: Readonly<Record<string, Attribute>>;
    }
  | {
      readonly kind: 'composite';
      readonly name: string;
      /** The same values written with other operators; must use nothing but `inputs`. */
      readonly lower: (inputs: readonly Tensor[], target: Target) => readonly Tensor[];
    };

/**
 * Vector-Jacobian product: gradients for the inputs from gradients for the outputs. Uses only
 * `node.inputs` and `node.outputs`, never tensors caught at tracing time, because recomputation
 * runs it on copies. Undefined where an input has no gradient.
 */
export type Vjp = (grads: readonly Tensor[], node: Node) => readonly (Tensor | undefined)[];

export interface Node {
  /** Rises in the order of tracing: inputs of a node have smaller ones. */
  readonly id: number;
  readonly source: Source;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly vjp: Vjp | undefined;
}

let nextId = 1;

/** The id that the next node gets: separates what was traced before from what comes. */
export function traceMark(): number {
  return nextId;
}

/** Makes a node; operators use `onnx` and `composite` instead. */
export function makeNode(
  source: Source,
  inputs: readonly Tensor[],
  { outputs, vjp }: { readonly outputs: readonly TensorSpec[]; readonly vjp?: Vjp | undefined },
): Node {
  const made: Tensor[] = [];
  const node: Node = { id: nextId++, source, inputs, outputs: made, vjp };
  outputs.forEach(({ shape, dtype }, index) => {
    made.push({ shape: [...shape], dtype, node, index });
  });
  return node;
}

/** What is fed at every run. */
export function input(name: string, shape: Shape, dtype: ElementType = 'float32'): Tensor {
  for (const d of shape) {
    if (!Number.isSafeInteger(d) || d < 1) {
      throw opError(`input ${name}`, 'whole positive dimensions', showShape(shape));
    }
  }
  return makeNode({ kind: 'input', name }, [], { outputs: [{ shape, dtype }] }).outputs[0];
}

/** A weight: an initializer in inference, an input in training. */
export function parameter(name: string, shape: Shape, slot: ParameterSlot): Tensor {
  if (slot.data.length !== sizeOf(shape)) {
    throw opError(`parameter ${name}`, `${sizeOf(shape)} elements`, String(slot.data.length));
  }
  const outputs = [{ shape, dtype: 'float32' as const }];
  return makeNode({ kind: 'parameter', name, slot }, [], { outputs }).outputs[0];
}

/** Fixed values. Plain numbers become the type asked for, float32 by default. */
export function constant(
  values: ArrayLike<number> | BigInt64Array,
  shape: Shape,
  dtype: ElementType = values instanceof BigInt64Array ? 'int64' : 'float32',
): Tensor {
  const data = ELEMENT_TYPES[dtype].holds(values)
    ? (values as Elements)
    : ELEMENT_TYPES[dtype].from(values as ArrayLike<number>);
  if (data.length !== sizeOf(shape)) {
    throw opError(
      'constant',
      `${sizeOf(shape)} elements for ${showShape(shape)}`,
      `${data.length}`,
    );
  }
  return makeNode({ kind: 'constant', data }, [], { outputs: [{ shape, dtype }] }).outputs[0];
}

/** A scalar constant. */
export function scalar(value: number, dtype: ElementType = 'float32'): Tensor {
  return constant([value], [], dtype);
}

/** A list of whole numbers as ONNX wants shapes, axes and pads: int64, one axis. */
export function int64s(values: readonly number[]): Tensor {
  return constant(values, [values.length], 'int64');
}

interface OnnxOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly TensorSpec[];
  readonly domain?: string;
  readonly vjp?: Vjp;
}

/** One ONNX node. `undefined` inputs are optional ones left out. */
export function onnx(
  opType: string,
  inputs: readonly (Tensor | undefined)[],
  { attributes = {}, outputs, domain = '', vjp }: OnnxOptions,
): readonly Tensor[] {
  const source: Source = { kind: 'onnx', opType, domain, attributes };
  return makeNode(
    source,
    inputs.map((t) => t ?? NOTHING),
    { outputs, vjp },
  ).outputs;
}

/** An optional ONNX input that is left out. */
export const NOTHING: Tensor = makeNode({ kind: 'input', name: '' }, [], {
  outputs: [{ shape: [], dtype: 'bool' }],
}).outputs[0];

interface CompositeOptions {
  readonly outputs: readonly TensorSpec[];
  readonly lower: (inputs: readonly Tensor[], target: Target) => readonly Tensor[];
  readonly vjp: Vjp;
}

/**
 * An operator with a gradient of its own that is written with other operators, perhaps different
 * ones for different providers.
 */
export function composite(
  name: string,
  inputs: readonly Tensor[],
  { outputs, lower, vjp }: CompositeOptions,
): readonly Tensor[] {
  return makeNode({ kind: 'composite', name, lower }, inputs, { outputs, vjp }).outputs;
}
