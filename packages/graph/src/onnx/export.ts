/**
 * A trace as an ONNX file that any runtime opens. Protobuf ends at 2 GB: weights beyond go into a
 * file beside it (external data). https://onnx.ai/onnx/repo-docs/ExternalData.html
 */

import type { Target, Tensor } from '../core/tensor.js';
import { writeWhole } from '../files/write-whole.js';
import type { Port } from '../session/values.js';
import { emitGraph } from './emit.js';
import { type ExternalPlace, encodeModel, type InitializerMessage } from './proto.js';

export interface ExportOptions {
  /** Stored in the model as text by name. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Where it is to run; 'wasm', which asks for nothing special, by default. */
  readonly target?: Target;
  /** Bytes of weights up to which the model is one file; 1.9 GB by default. */
  readonly externalAbove?: number;
  /** 'system' does not wait for the disk: for files that are read soon and then go. */
  readonly flush?: 'disk' | 'system';
}

export interface Exported {
  /** The model and, where weights lie beside it, the file of these. */
  readonly files: readonly string[];
  /** What the model is to be fed, with shapes. */
  readonly inputs: readonly Port[];
}

/** Room below protobuf's limit for nodes and names. */
const LIMIT = 1.9e9;
/** Begins of tensors, so that a runtime can map them from the file. */
const PAGE = 4096;
/** What is smaller stays in the model: shapes, axes, scalars. */
const SMALL = 256;

/**
 * Writes the model that computes `outputs` with its weights; above the limit they go to
 * `path` + `.data`, which must stay beside it.
 *
 * @throws GraphError where they cannot be written
 */
export async function exportOnnx(
  outputs: Readonly<Record<string, Tensor>>,
  path: string,
  {
    metadata = {},
    target = { provider: 'wasm' },
    externalAbove = LIMIT,
    flush = 'disk',
  }: ExportOptions = {},
): Promise<Exported> {
  const { graph } = emitGraph(outputs, { weights: 'initializers', target });
  const total = graph.initializers.reduce((sum, t) => sum + t.data.byteLength, 0);
  if (total <= externalAbove) {
    await writeWhole(path, [encodeModel(graph, { metadata })], { flush });
    return { files: [path], inputs: graph.inputs };
  }
  const data = `${path}.data`;
  const external = new Map<InitializerMessage, ExternalPlace>();
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of graph.initializers) {
    const { buffer, byteOffset, byteLength } = tensor.data;
    if (byteLength < SMALL) continue;
    external.set(tensor, { location: data.split(/[\\/]/).at(-1)!, offset });
    const gap = (PAGE - (byteLength % PAGE)) % PAGE;
    pieces.push(new Uint8Array(buffer, byteOffset, byteLength), new Uint8Array(gap));
    offset += byteLength + gap;
  }
  await writeWhole(data, pieces, { flush });
  await writeWhole(path, [encodeModel(graph, { metadata, external })], { flush });
  return { files: [path, data], inputs: graph.inputs };
}
