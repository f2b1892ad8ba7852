import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';

const page = readFileSync(new URL('../../../../docs/engine.md', import.meta.url), 'utf8');
const code = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map((block) => block[1]).join('\n');

// Inside dist, so that it resolves packages as a user does and nothing watches or lints it.
const folder = new URL('../../dist/.page/', import.meta.url);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the code of docs/engine.md runs, trains and exports', async () => {
  mkdirSync(folder, { recursive: true });
  const file = new URL('engine-page.ts', folder);
  const here = code.replaceAll(
    "'denoise.safetensors'",
    JSON.stringify(new URL('w.safetensors', folder).pathname),
  );
  writeFileSync(file, `${here}\nexport { again, first, losses, saved, slope };\n`);
  const { first, losses, slope, saved, again } = await import(/* @vite-ignore */ file.pathname);
  expect(first.shape).toEqual([1, 8, 32, 32]);
  expect(slope.shape).toEqual([1, 8, 32, 32]);
  expect(saved[0].shape).toEqual([1, 16, 64, 64]);
  expect(losses[59]).toBeLessThan(losses[0] / 2);
  expect(again.shape).toEqual([1, 8, 32, 32]);
});
