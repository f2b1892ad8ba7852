/**
 * What an ONNX file is, without running it: inputs, outputs, operators, sizes.
 * Field numbers are those of onnx.proto (https://github.com/onnx/onnx).
 */

import { BinaryReader } from '@bufbuild/protobuf/wire';
import { type FileInput, withSource } from './byte-source.js';
import { isSafeName, quote } from './one-line.js';
import { type Field, ProtoWalker } from './proto-walker.js';

/** An input or output. */
export interface OnnxValue {
  readonly name: string;
  /** Element type, for example `float32`; `sequence`, `map`, `optional` or `unknown` for others. */
  readonly type: string;
  /** A number, the name of a free dimension, or `?`. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxInfo {
  readonly irVersion: number;
  /** Name and version of the program that wrote it. */
  readonly producer: string;
  readonly graph: string;
  /** Operator-set versions by domain; the standard domain is `ai.onnx`. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Without the weights, which old files list as inputs too. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** How often each operator occurs at the outer level, as `domain:Name` outside `ai.onnx`. */
  readonly operators: ReadonlyMap<string, number>;
  /** Tensors stored as weights, and their elements. */
  readonly weights: { readonly count: number; readonly elements: number };
  /** Files beside it that hold weights. */
  readonly externalFiles: readonly string[];
}

const types = [
  ...['unknown', 'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string', 'bool'],
  ...['float16', 'float64', 'uint32', 'uint64', 'complex64', 'complex128', 'bfloat16'],
];

/** Calls back for each field of a small message with a reader that stands on its value. */
function read(
  bytes: Uint8Array,
  walker: ProtoWalker,
  visit: (field: number, r: BinaryReader) => boolean,
): void {
  const r = new BinaryReader(bytes);
  try {
    while (r.pos < r.len) {
      const [field, wire] = r.tag();
      const before = r.pos;
      // A field of a wire type other than the one expected is passed over like an unknown one.
      if (wire > 2 || wire === 1 || !visit(wire === 2 ? field : -field, r)) {
        r.pos = before;
        r.skip(wire, field);
      }
    }
    if (r.pos > r.len) walker.fail('a message cut short');
  } catch (error) {
    if ((error as { tag?: unknown }).tag === 'input') throw error;
    walker.fail(`a broken message (${(error as Error).message})`);
  }
}

/** String fields of a message by number. */
function strings(bytes: Uint8Array, walker: ProtoWalker): Map<number, string> {
  const out = new Map<number, string>();
  read(bytes, walker, (field, r) => {
    if (field < 0) return false;
    out.set(field, r.string());
    return true;
  });
  return out;
}

function readShape(bytes: Uint8Array, walker: ProtoWalker): (number | string)[] {
  const shape: (number | string)[] = [];
  read(bytes, walker, (field, r) => {
    if (field !== 1) return false;
    let dim: number | string = '?';
    read(r.bytes(), walker, (inner, d) => {
      if (inner === -1) dim = Number(d.int64());
      else if (inner === 2) dim = d.string() || '?';
      else return false;
      return true;
    });
    shape.push(dim);
    return true;
  });
  return shape;
}

/** ValueInfoProto: name 1, type 2, whose tensor type is 1 with element type 1 and shape 2. */
function readValue(bytes: Uint8Array, walker: ProtoWalker): OnnxValue {
  let name = '';
  let type = 'unknown';
  let shape: (number | string)[] = [];
  read(bytes, walker, (field, r) => {
    if (field === 1) name = r.string();
    else if (field === 2) {
      read(r.bytes(), walker, (kind, t) => {
        if (kind === 4) type = 'sequence';
        else if (kind === 5) type = 'map';
        else if (kind === 9) type = 'optional';
        if (kind !== 1) return false;
        read(t.bytes(), walker, (part, p) => {
          if (part === -1) type = types[p.int32()] ?? 'unknown';
          else if (part === 2) shape = readShape(p.bytes(), walker);
          else return false;
          return true;
        });
        return true;
      });
    } else return false;
    return true;
  });
  return { name, type, shape };
}

interface Collected {
  graph: string;
  readonly inputs: OnnxValue[];
  readonly outputs: OnnxValue[];
  readonly operators: Map<string, number>;
  readonly weights: Set<string>;
  elements: number;
  readonly external: Set<string>;
}

async function readNode(walker: ProtoWalker, node: Field, into: Collected): Promise<void> {
  let operator = '';
  let domain = '';
  for await (const f of walker.fields(node.begin, node.end)) {
    if (f.number === 4) operator = await walker.text(f);
    else if (f.number === 7) domain = await walker.text(f);
  }
  const name = domain === '' || domain === 'ai.onnx' ? operator : `${domain}:${operator}`;
  into.operators.set(name, (into.operators.get(name) ?? 0) + 1);
}

/** TensorProto: dims 1, name 8, external data 13; the elements themselves are passed over. */
async function readWeight(walker: ProtoWalker, tensor: Field, into: Collected): Promise<void> {
  let elements = 1;
  let name = '';
  for await (const f of walker.fields(tensor.begin, tensor.end)) {
    if (f.number === 1 && f.end === f.begin) elements *= f.value;
    else if (f.number === 1) {
      const packed = new BinaryReader(await walker.bytes(f));
      try {
        while (packed.pos < packed.len) elements *= Number(packed.int64());
      } catch {
        walker.fail('broken dimensions of a weight');
      }
    } else if (f.number === 8) name = await walker.text(f);
    else if (f.number === 13) {
      const entry = strings(await walker.bytes(f), walker);
      const file = entry.get(2) ?? '';
      if (entry.get(1) !== 'location') continue;
      if (!isSafeName(file) || /^[/\\]|[\\:]|(^|\/)\.\.(\/|$)/.test(file)) {
        walker.fail(`weights outside its folder in ${quote(file)}`);
      }
      into.external.add(file);
    }
  }
  into.weights.add(name);
  into.elements += elements;
}

async function readGraph(walker: ProtoWalker, graph: Field, into: Collected): Promise<void> {
  for await (const f of walker.fields(graph.begin, graph.end)) {
    if (f.number === 1) await readNode(walker, f, into);
    else if (f.number === 2) into.graph = await walker.text(f);
    else if (f.number === 5) await readWeight(walker, f, into);
    else if (f.number === 11) into.inputs.push(readValue(await walker.bytes(f), walker));
    else if (f.number === 12) into.outputs.push(readValue(await walker.bytes(f), walker));
  }
}

/** Domain 1 and version 2 of an operator set. */
function readOpset(bytes: Uint8Array, walker: ProtoWalker): [string, number] {
  let domain = '';
  let version = 0;
  read(bytes, walker, (field, r) => {
    if (field === 1) domain = r.string();
    else if (field === -2) version = Number(r.int64());
    else return false;
    return true;
  });
  return [domain || 'ai.onnx', version];
}

/**
 * What an ONNX file says about itself. The file is walked over in pieces of 64 KB; weights are
 * counted, not read.
 *
 * @throws GraphError for other and damaged files, and for weights kept outside the file's folder
 */
export async function inspectOnnx(input: FileInput): Promise<OnnxInfo> {
  return withSource(input, async (source) => {
    const walker = new ProtoWalker(source, 'an ONNX model');
    let irVersion = 0;
    const producer: string[] = [];
    const opsets = new Map<string, number>();
    const metadata = new Map<string, string>();
    const found: Collected = {
      graph: '',
      inputs: [],
      outputs: [],
      operators: new Map(),
      weights: new Set(),
      elements: 0,
      external: new Set(),
    };
    let graphs = 0;
    for await (const f of walker.fields(0, source.size)) {
      if (f.number === 1) irVersion = f.value;
      else if (f.number === 2 || f.number === 3) producer.push(await walker.text(f));
      else if (f.number === 7 && ++graphs === 1) await readGraph(walker, f, found);
      else if (f.number === 8) opsets.set(...readOpset(await walker.bytes(f), walker));
      else if (f.number === 14) {
        const entry = strings(await walker.bytes(f), walker);
        metadata.set(entry.get(1) ?? '', entry.get(2) ?? '');
      }
    }
    if (irVersion === 0 || graphs !== 1 || opsets.size === 0) {
      walker.fail(`IR version ${irVersion}, ${graphs} graphs and ${opsets.size} operator sets`);
    }
    return {
      irVersion,
      producer: producer.filter((p) => p !== '').join(' '),
      graph: found.graph,
      opsets,
      metadata,
      inputs: found.inputs.filter((v) => !found.weights.has(v.name)),
      outputs: found.outputs,
      operators: found.operators,
      weights: { count: found.weights.size, elements: found.elements },
      externalFiles: [...found.external],
    };
  });
}
