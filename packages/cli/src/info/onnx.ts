/** What `info` says of an ONNX model. */

import { inspectOnnx, type OnnxValue } from '@bandweave/graph';
import { fields } from '../fields.js';
import type { Facts } from '../verbs/info.js';

/** Operators beyond this are counted, not named: one screen. */
const MOST_OPERATORS = 16;

export async function onnxFacts(file: string): Promise<Facts> {
  const info = await inspectOnnx(file);
  const { irVersion, producer, graph, opsets, metadata, inputs, outputs, operators, weights } =
    info;
  const common = [...operators].sort(([, a], [, b]) => b - a);
  const shown = common.slice(0, MOST_OPERATORS).map(([name, count]) => `${name} ${count}`);
  const rest = common.length > MOST_OPERATORS ? ` and ${common.length - MOST_OPERATORS} more` : '';
  const text = fields([
    ['file', file],
    ['holds', `ONNX model${graph === '' ? '' : ` ${graph}`}, IR version ${irVersion}`],
    ['producer', producer],
    ['operator sets', [...opsets].map(([domain, version]) => `${domain} ${version}`).join(', ')],
    ['inputs', inputs.map(valueText).join('; ')],
    ['outputs', outputs.map(valueText).join('; ')],
    ['operators', shown.join(', ') + rest],
    ['weights', `${weights.count} tensors, ${weights.elements.toLocaleString('en')} elements`],
    ['files beside it', info.externalFiles.join(', ')],
    ...[...metadata].map(([key, value]) => [key, value] as const),
  ]);
  const data = {
    file,
    kind: 'onnx',
    ...info,
    opsets: Object.fromEntries(opsets),
    metadata: Object.fromEntries(metadata),
    operators: Object.fromEntries(operators),
  };
  return { data, text };
}

function valueText({ name, type, shape }: OnnxValue): string {
  return `${name} ${type} [${shape.join(', ')}]`;
}
