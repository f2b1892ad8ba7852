import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InputError } from '@bandweave/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRaster } from '../src/index.js';
import { baseFields, buildTiff } from './tiff-builder.js';

const SIDE = 500;
const rows = Array.from({ length: SIDE }, (_, row) =>
  Uint8Array.from({ length: SIDE }, (_, col) => (row * 3 + col) & 255),
);
const fields = baseFields({ width: SIDE, height: SIDE, bits: 8 }, [
  { tag: 278, type: 4, values: [1] },
]);
const file = buildTiff([{ fields, blocks: rows }]);

let sent = 0;
const server = createServer((request, response) => {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  if (request.url === '/missing.tif') {
    response.writeHead(404).end('nothing');
  } else if (request.url === '/plain.tif' || !range) {
    response.writeHead(200).end(file);
  } else {
    const part = file.subarray(Number(range[1]), Number(range[2]) + 1);
    sent += part.length;
    const end = Number(range[1]) + part.length - 1;
    response
      .writeHead(206, { 'content-range': `bytes ${range[1]}-${end}/${file.length}` })
      .end(part);
  }
});
let base = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test('a window of a remote file is read by ranges, not the whole file', async () => {
  const source = await openRaster(`${base}/scene.tif`);
  const { data } = await source.read({ row: 100, col: 7, height: 2, width: 3 });
  await source.close();
  expect([...data]).toEqual([51, 52, 53, 54, 55, 56]);
  expect(sent).toBeLessThan(file.length);
});

test('a missing address, a server without ranges and no server give one line each', async () => {
  await expect(openRaster(`${base}/missing.tif`)).rejects.toThrow(
    /expected .*, got HTTP status 404/,
  );
  await expect(openRaster(`${base}/plain.tif`)).rejects.toThrow(/sends ranges.*download/);
  await expect(openRaster('http://127.0.0.1:1/a.tif')).rejects.toThrow(InputError);
});

test('an aborted read stops', async () => {
  const source = await openRaster(`${base}/scene.tif`);
  const window = { row: 0, col: 0, height: SIDE, width: SIDE };
  await expect(source.read(window, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  await source.close();
});
