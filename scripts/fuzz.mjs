/**
 * Fuzzes the readers of weights files: npm run fuzz -- [CASES] [READER...]
 * CASES is 100000 by default; READER one or more of safetensors, pth-zip, pth-legacy, onnx.
 * A line of JSON per reader; exit code 1 and the shrunk case for the first failure.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { encodeSafetensors, inspectOnnx, loadStateDict, parseSafetensors } from '@bandweave/graph';
import fc from 'fast-check';
import { attempt, mutated } from './mutations.mjs';

const folder = new URL('../packages/graph/test/files/fixtures/', import.meta.url);
const fixtures = (pattern) =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => readFileSync(new URL(name, folder)));

const safetensors = encodeSafetensors(
  [
    ['body.weight', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['body.bias', { shape: [3], data: Float64Array.of(1, 2, 3) }],
    ['steps', { shape: [], data: BigInt64Array.of(7n) }],
    ['half', { dtype: 'F16', shape: [1, 2], data: Uint16Array.of(1, 2) }],
  ],
  { metadata: [['format', 'pt']] },
);

const readers = {
  safetensors: [async (bytes) => parseSafetensors(bytes), [safetensors]],
  'pth-zip': [loadStateDict, fixtures(/^[a-z]+\.pth$/)],
  'pth-legacy': [loadStateDict, fixtures(/-legacy\.pth$/)],
  onnx: [inspectOnnx, fixtures(/\.onnx$/)],
};

const [first, ...rest] = process.argv.slice(2);
const cases = Number(first ?? 100_000);
if (!Number.isSafeInteger(cases) || cases < 1 || rest.some((name) => !(name in readers))) {
  console.error(`usage: npm run fuzz -- [CASES] [${Object.keys(readers).join('|')}...]`);
  process.exit(2);
}

for (const name of rest.length > 0 ? rest : Object.keys(readers)) {
  const [read, files] = readers[name];
  const count = { parsed: 0, refused: 0 };
  let slowest = 0;
  const start = performance.now();
  await fc.assert(
    fc.asyncProperty(mutated(files), async (bytes) => {
      const { outcome, ms } = await attempt(read, bytes);
      count[outcome]++;
      slowest = Math.max(slowest, ms);
    }),
    { numRuns: cases },
  );
  console.log(
    JSON.stringify({
      reader: name,
      cases,
      ...count,
      slowestMs: Math.round(slowest * 10) / 10,
      seconds: Math.round((performance.now() - start) / 100) / 10,
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
}
