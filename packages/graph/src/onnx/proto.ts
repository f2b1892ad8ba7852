/** ONNX's protobuf messages, as far as they are written. https://github.com/onnx/onnx (onnx.proto) */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ELEMENT_TYPES, type Elements, type ElementType } from '../core/element-type.js';
import type { Shape } from '../core/shape.js';

export type AttributeValue =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly graph: GraphMessage };

export interface NodeMessage {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface ValueMessage {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: Shape;
}

export interface InitializerMessage extends ValueMessage {
  readonly data: Elements;
}

export interface GraphMessage {
  readonly name: string;
  readonly nodes: readonly NodeMessage[];
  readonly inputs: readonly ValueMessage[];
  readonly outputs: readonly ValueMessage[];
  readonly initializers: readonly InitializerMessage[];
}

const ATTRIBUTE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 };

const bytesOf = (data: Elements) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: string): void {
  if (value !== '') writer.tag(field, WireType.LengthDelimited).string(value);
}

function writeAttribute(writer: BinaryWriter, name: string, value: AttributeValue): void {
  text(writer, 1, name);
  const type = (n: number) => writer.tag(20, WireType.Varint).int32(n);
  if (typeof value === 'number') {
    writer.tag(3, WireType.Varint).int64(value);
    type(ATTRIBUTE.int);
  } else if (typeof value === 'string') {
    writer.tag(4, WireType.LengthDelimited).bytes(new TextEncoder().encode(value));
    type(ATTRIBUTE.string);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    type(ATTRIBUTE.float);
  } else if ('graph' in value) {
    message(writer, 6, () => writeGraph(writer, value.graph));
    type(ATTRIBUTE.graph);
  } else {
    for (const v of value) writer.tag(8, WireType.Varint).int64(v);
    type(ATTRIBUTE.ints);
  }
}

function writeNode(writer: BinaryWriter, node: NodeMessage): void {
  // An empty name is an optional input left out, so it must be written.
  for (const name of node.inputs) writer.tag(1, WireType.LengthDelimited).string(name);
  for (const name of node.outputs) writer.tag(2, WireType.LengthDelimited).string(name);
  text(writer, 3, node.name);
  text(writer, 4, node.opType);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, () => writeAttribute(writer, name, value));
  }
  text(writer, 7, node.domain);
}

function writeValue(writer: BinaryWriter, { name, dtype, shape }: ValueMessage): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(ELEMENT_TYPES[dtype].onnx);
      message(writer, 2, () => {
        for (const d of shape) {
          message(writer, 1, () => writer.tag(1, WireType.Varint).int64(d));
        }
      });
    }),
  );
}

/** Where the elements of an initializer lie when not in the model: bytes of a file beside it. */
export interface ExternalPlace {
  readonly location: string;
  readonly offset: number;
}

type External = ReadonlyMap<InitializerMessage, ExternalPlace>;

function writeInitializer(
  writer: BinaryWriter,
  tensor: InitializerMessage,
  place: ExternalPlace | undefined,
): void {
  for (const d of tensor.shape) writer.tag(1, WireType.Varint).int64(d);
  writer.tag(2, WireType.Varint).int32(ELEMENT_TYPES[tensor.dtype].onnx);
  text(writer, 8, tensor.name);
  if (!place) {
    writer.tag(9, WireType.LengthDelimited).bytes(bytesOf(tensor.data));
    return;
  }
  const length = tensor.data.byteLength;
  for (const [key, value] of Object.entries({ ...place, length })) {
    message(writer, 13, () => {
      text(writer, 1, key);
      text(writer, 2, String(value));
    });
  }
  writer.tag(14, WireType.Varint).int32(1);
}

const NOWHERE: External = new Map();

function writeGraph(writer: BinaryWriter, graph: GraphMessage, external = NOWHERE): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, graph.name);
  for (const tensor of graph.initializers) {
    message(writer, 5, () => writeInitializer(writer, tensor, external.get(tensor)));
  }
  for (const value of graph.inputs) message(writer, 11, () => writeValue(writer, value));
  for (const value of graph.outputs) message(writer, 12, () => writeValue(writer, value));
}

/** Operator sets that models ask for. */
const OPSETS = { '': 21, 'com.microsoft': 1 };

/** Others that its nodes name, in version 1. */
function furtherDomains({ nodes }: GraphMessage): [string, number][] {
  const named = nodes.flatMap(({ domain, attributes }) => [
    domain,
    ...Object.values(attributes).flatMap((value) =>
      typeof value === 'object' && 'graph' in value
        ? furtherDomains(value.graph).map(([inner]) => inner)
        : [],
    ),
  ]);
  return [...new Set(named)].filter((d) => !(d in OPSETS)).map((d) => [d, 1]);
}

interface ModelOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly external?: External;
}

/** A ModelProto, IR version 10. */
export function encodeModel(
  graph: GraphMessage,
  { metadata = {}, external = NOWHERE }: ModelOptions = {},
): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(10);
  text(writer, 2, 'bandweave');
  message(writer, 7, () => writeGraph(writer, graph, external));
  for (const [domain, version] of [...Object.entries(OPSETS), ...furtherDomains(graph)]) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      writer.tag(2, WireType.Varint).int64(version);
    });
  }
  for (const [key, value] of Object.entries(metadata)) {
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  return writer.finish();
}
