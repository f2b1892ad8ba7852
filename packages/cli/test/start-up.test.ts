/** What a command loads before it begins: a static walk over the built modules. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** `import ... from 'x'`, `export ... from 'x'`, `import 'x'`; not `import('x')`. */
const STATIC = /^(?:import|export)\s(?:[^;'"(=]*\sfrom\s+)?['"]([^'"]+)['"]/gm;

/** Every package outside the workspaces that a module and its static imports pull in. */
function loadedBy(entry: string): Set<string> {
  const outside = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(STATIC)) {
      if (name!.startsWith('.')) visit(resolve(dirname(file), name!));
      else if (name!.startsWith('@bandweave/')) {
        outside.add(name!);
        visit(workspaceFile(name!));
      } else if (!name!.startsWith('node:')) outside.add(name!);
    }
  };
  visit(resolve(entry));
  return outside;
}

function workspaceFile(name: string): string {
  const [, folder, ...rest] = name.split('/');
  const manifest = createRequire(import.meta.url)(resolve(`packages/${folder}/package.json`));
  const key = rest.length === 0 ? '.' : `./${rest.join('/')}`;
  return resolve(`packages/${folder}`, manifest.exports[key].default);
}

test('the command itself loads the argument parser and nothing else', () => {
  expect([...loadedBy('packages/cli/dist/main.js')]).toEqual(['commander']);
});

test('a classical fusion loads neither engine, nor picture codecs, nor reports', () => {
  const loaded = loadedBy('packages/cli/dist/verbs/fuse.js');
  for (const name of loadedBy('packages/pipeline/dist/index.js')) loaded.add(name);
  expect(loaded).toContain('@bandweave/fusion');
  for (const heavy of [
    '@bandweave/graph',
    '@bandweave/models',
    '@bandweave/report',
    'onnxruntime-node',
    'sharp',
    'zod',
  ]) {
    expect(loaded).not.toContain(heavy);
  }
});
