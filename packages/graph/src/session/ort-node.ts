/** ONNX Runtime in Node: what `#ort` stands for there. */

import { GraphError } from '../errors.js';
import type { Runtime } from './runtime.js';

export const runtime: Runtime = {
  where: 'Node',
  providers: ['cpu', 'cuda', 'webgpu'],
  load: ({ wasmFolder }) => {
    if (wasmFolder === undefined) return import('onnxruntime-node');
    throw new GraphError('createSession: expected wasmFolder in a browser only, got it in Node.');
  },
};
