/** A page on the loopback interface, bundled by Vite, that runs models with this package. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface Site {
  readonly url: string;
  /** Paths of the modules in the bundle. */
  readonly modules: readonly string[];
  close(): void;
}

/** Serves the page with one model beside it. */
export async function serve(model: Uint8Array): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'bandweave-page-'));
  const entry = fileURLToPath(new URL('./page.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('.', import.meta.url)),
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      rollupOptions: { input: entry, output: { entryFileNames: 'page.js' } },
    },
  });
  const modules = [built]
    .flat()
    .flatMap((b) => ('output' in b ? b.output : []))
    .flatMap((o) => (o.type === 'chunk' ? o.moduleIds : []));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>engine</title><script type="module" src="/page.js"></script>',
  );
  const server = createServer(async (request, response) => {
    const path = normalize(request.url === '/' ? '/index.html' : (request.url ?? '/'));
    try {
      const body = path === '/model.onnx' ? model : await readFile(join(folder, path));
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `http://127.0.0.1:${port}/`, modules, close };
}
