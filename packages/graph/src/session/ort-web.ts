/** ONNX Runtime in a browser: what `#ort` stands for in bundles made for one. */

import { GraphError } from '../errors.js';
import type { Ort, Runtime } from './runtime.js';

let chosen: number | undefined;

export const runtime: Runtime = {
  where: 'a browser',
  providers: ['wasm', 'webgpu'],
  load: async ({ threads, wasmFolder }) => {
    // This build has WebGPU kernels for the contribution operators; the default one has not.
    const ort = await import('onnxruntime-web/webgpu');
    // All sessions of a page share one pool, made with the first of them.
    if (chosen === undefined) ort.env.wasm.numThreads = threads;
    else if (threads !== 0 && threads !== chosen) {
      throw new GraphError(
        `createSession: expected ${chosen} threads, as the page's first session has, got ${threads}; give all the same.`,
      );
    }
    chosen ??= threads;
    if (wasmFolder !== undefined) ort.env.wasm.wasmPaths = wasmFolder;
    ort.env.logLevel = 'error';
    return ort as Ort;
  },
};
