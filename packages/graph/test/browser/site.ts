/** A page on the loopback interface that runs exported models with onnxruntime-web. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, extname, join } from 'node:path';

const dist = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

const TYPES: Readonly<Record<string, string>> = {
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.onnx': 'application/octet-stream',
};

/** Runs model.onnx on a provider; the page calls it. */
const PAGE = `<!doctype html><title>engine</title><script type="module">
import * as ort from '/ort.all.bundle.min.mjs';
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = '/';
window.runModel = async (provider, dims, values) => {
  const session = await ort.InferenceSession.create('/model.onnx', { executionProviders: [provider] });
  const { out } = await session.run({ x: new ort.Tensor('float32', Float32Array.from(values), dims) });
  const data = Array.from(await out.getData());
  await session.release();
  return data;
};
window.adapter = async () => Boolean(await navigator.gpu?.requestAdapter());
window.ready = true;
</script>`;

/** Serves the page, the runtime's files and one model. */
export async function serve(model: Uint8Array): Promise<{ url: string; close: () => void }> {
  const server = createServer(async (request, response) => {
    const name = basename(request.url ?? '/');
    const type = TYPES[extname(name)];
    try {
      const body =
        name === 'model.onnx' ? model : type ? await readFile(join(dist, name)) : Buffer.from(PAGE);
      response.writeHead(200, { 'content-type': type ?? 'text/html' });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
