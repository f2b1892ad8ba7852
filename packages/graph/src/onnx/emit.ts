/** From a trace to an ONNX model: what cannot be reached is left out, equal nodes become one. */

import type { Body, Node, Target, Tensor } from '../core/tensor.js';
import { NOTHING } from '../core/tensor.js';
import { GraphError } from '../errors.js';
import { Lowering } from './lower.js';
import {
  type AttributeValue,
  encodeModel,
  type GraphMessage,
  type InitializerMessage,
  type NodeMessage,
  type ValueMessage,
} from './proto.js';

export interface EmitOptions {
  /** Initializers are faster in inference; inputs let training feed new values at each run. */
  readonly weights: 'initializers' | 'inputs';
  /** Stored in the model as text by name. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly target?: Target;
}

/** A model with what a session must know of it. */
export interface Model {
  readonly bytes: Uint8Array;
  readonly inputs: readonly ValueMessage[];
  readonly outputs: readonly ValueMessage[];
  /** Names of the parameters among the inputs. */
  readonly weights: readonly string[];
}

/** Constants up to this size are compared, so that equal ones are stored once. */
const SHARED_BYTES = 1024;

/** State of one model being written; bodies of loops share its names. */
class Emitter {
  readonly initializers: InitializerMessage[] = [];
  readonly inputs: ValueMessage[] = [];
  readonly weights: string[] = [];
  /** Names by scope, the whole model first, then the bodies that are open. */
  private readonly scopes: Map<Tensor, string>[] = [new Map()];
  private readonly shared = new Map<string, string>();
  private readonly taken = new Set<string>();
  private counter = 0;

  constructor(
    private readonly lowering: Lowering,
    private readonly weightsAre: EmitOptions['weights'],
  ) {}

  /** Emits everything that `outputs` need and gives the nodes in a valid order. */
  nodesFor(outputs: readonly Tensor[], bound: readonly Tensor[] = []): NodeMessage[] {
    const nodes: NodeMessage[] = [];
    const merged = new Map<string, readonly string[]>();
    for (const node of this.lowering.order(outputs, bound)) this.emit(node, nodes, merged);
    return nodes;
  }

  nameOf(tensor: Tensor): string {
    const real = this.lowering.resolve(tensor);
    if (real === NOTHING) return '';
    const name = this.find(real);
    if (name !== undefined) return name;
    throw new GraphError(
      'toOnnx: expected every value to have a name, got one without; a body must capture what it reads from outside.',
    );
  }

  private find(tensor: Tensor): string | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const name = this.scopes[i].get(tensor);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  private bind(tensor: Tensor, name: string, scope = this.scopes.length - 1): void {
    this.scopes[scope].set(tensor, name);
    this.taken.add(name);
  }

  fresh(stem: string): string {
    let name: string;
    do name = `${stem}_${++this.counter}`;
    while (this.taken.has(name));
    this.taken.add(name);
    return name;
  }

  private emit(node: Node, nodes: NodeMessage[], merged: Map<string, readonly string[]>): void {
    const { source } = node;
    const [first] = node.outputs;
    if (first === NOTHING || this.find(first) !== undefined) return;
    if (source.kind === 'input') {
      this.claim(source.name, first);
      this.inputs.push({ name: source.name, dtype: first.dtype, shape: first.shape });
    } else if (source.kind === 'parameter') {
      this.claim(source.name, first);
      const value = { name: source.name, dtype: first.dtype, shape: first.shape };
      if (this.weightsAre === 'initializers') {
        this.initializers.push({ ...value, data: source.slot.data });
      } else {
        this.inputs.push(value);
        this.weights.push(source.name);
      }
    } else if (source.kind === 'constant') {
      this.bind(first, this.constantName(first, source.data), 0);
    } else if (source.kind === 'onnx') {
      this.emitOnnx(node, nodes, merged);
    }
  }

  private claim(name: string, tensor: Tensor): void {
    if (this.taken.has(name)) {
      throw new GraphError(
        `toOnnx: expected each input and parameter to have a name of its own, got ${name} twice; rename one.`,
      );
    }
    this.bind(tensor, name, 0);
  }

  private constantName(tensor: Tensor, data: InitializerMessage['data']): string {
    const { dtype, shape } = tensor;
    const key =
      data.byteLength <= SHARED_BYTES ? `${dtype}[${shape}]${Array.from(data, showElement)}` : '';
    const known = key && this.shared.get(key);
    if (known) return known;
    const name = this.fresh('constant');
    if (key) this.shared.set(key, name);
    this.initializers.push({ name, dtype, shape, data });
    return name;
  }

  private emitOnnx(node: Node, nodes: NodeMessage[], merged: Map<string, readonly string[]>): void {
    if (node.source.kind !== 'onnx') return;
    const { opType, domain } = node.source;
    const attributes: Record<string, AttributeValue> = {};
    let captured = 0;
    for (const [key, value] of Object.entries(node.source.attributes)) {
      if (typeof value === 'object' && 'body' in value) {
        captured = value.body.captures.length;
        const outer = node.inputs.slice(node.inputs.length - captured);
        attributes[key] = { graph: this.body(opType, value.body, outer) };
      } else attributes[key] = value;
    }
    const inputs = node.inputs
      .slice(0, node.inputs.length - captured)
      .map((tensor) => this.nameOf(tensor));
    const plain = captured === 0 && !Object.values(attributes).some(isGraph);
    const key = plain ? `${domain}:${opType}(${inputs})${JSON.stringify(attributes)}` : '';
    const twin = key === '' ? undefined : merged.get(key);
    const stem = opType.toLowerCase();
    const outputs = twin ?? node.outputs.map(() => this.fresh(stem));
    node.outputs.forEach((tensor, i) => {
      this.bind(tensor, outputs[i]);
    });
    if (twin) return;
    if (key !== '') merged.set(key, outputs);
    nodes.push({ name: outputs[0], opType, domain, inputs, outputs, attributes });
  }

  private body(opType: string, body: Body, outer: readonly Tensor[]): GraphMessage {
    const outside = outer.map((tensor) => this.nameOf(tensor));
    this.scopes.push(new Map());
    const inputs = body.inputs.map((tensor) => {
      const name = this.fresh('step');
      this.bind(tensor, name);
      return { name, dtype: tensor.dtype, shape: tensor.shape };
    });
    body.captures.forEach((tensor, i) => {
      this.bind(tensor, outside[i]);
    });
    const nodes = this.nodesFor(body.outputs, [...body.inputs, ...body.captures]);
    const outputs = this.bodyOutputs(body.outputs, nodes);
    this.scopes.pop();
    const name = `${opType.toLowerCase()}_body`;
    return { name, nodes, inputs, outputs, initializers: [] };
  }

  /** What a body computes keeps its name; a second use of it or of an input needs another. */
  private bodyOutputs(tensors: readonly Tensor[], nodes: NodeMessage[]): ValueMessage[] {
    const free = new Set(nodes.flatMap((node) => node.outputs));
    return tensors.map((tensor) => {
      const name = this.nameOf(tensor);
      if (free.delete(name)) return { name, dtype: tensor.dtype, shape: tensor.shape };
      return this.outputs([[this.fresh('out'), tensor]], nodes)[0];
    });
  }

  /** Graph outputs under names of their own: an Identity carries what already has another. */
  outputs(named: readonly (readonly [string, Tensor])[], nodes: NodeMessage[]): ValueMessage[] {
    return named.map(([name, tensor]) => {
      const inputs = [this.nameOf(tensor)];
      nodes.push({ name, opType: 'Identity', domain: '', inputs, outputs: [name], attributes: {} });
      return { name, dtype: tensor.dtype, shape: tensor.shape };
    });
  }
}

const isGraph = (value: AttributeValue) => typeof value === 'object' && 'graph' in value;
const showElement = (v: number | bigint) => (Object.is(v, -0) ? '-0' : String(v));

/** The graph that computes `outputs`, and the parameters among its inputs. */
export function emitGraph(
  outputs: Readonly<Record<string, Tensor>>,
  { weights, target = { provider: 'cpu' } }: EmitOptions,
): { readonly graph: GraphMessage; readonly weights: readonly string[] } {
  const emitter = new Emitter(new Lowering({ ...target, weights }), weights);
  const named = Object.entries(outputs);
  const nodes = emitter.nodesFor(named.map(([, tensor]) => tensor));
  for (const { name } of emitter.inputs) {
    if (name in outputs) {
      throw new GraphError(
        `toOnnx: expected outputs named unlike inputs, got ${name} for both; rename the output.`,
      );
    }
  }
  const values = emitter.outputs(named, nodes);
  const { inputs, initializers } = emitter;
  const graph = { name: 'bandweave', nodes, inputs, outputs: values, initializers };
  return { graph, weights: emitter.weights };
}

/**
 * The model that computes `outputs`, with the names given there.
 *
 * @throws GraphError where two inputs bear the same name
 */
export function compile(outputs: Readonly<Record<string, Tensor>>, options: EmitOptions): Model {
  const { graph, weights } = emitGraph(outputs, options);
  const { metadata = {} } = options;
  const bytes = encodeModel(graph, { metadata });
  return { bytes, inputs: graph.inputs, outputs: graph.outputs, weights };
}

/** The bytes of the ONNX model that computes `outputs`. */
export function toOnnx(
  outputs: Readonly<Record<string, Tensor>>,
  options: EmitOptions,
): Uint8Array {
  return compile(outputs, options).bytes;
}
