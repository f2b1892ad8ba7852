/** The house rules that a linter cannot see: which package may lean on which. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** From top to bottom: each package may import only those before it. */
const ORDER = [
  'graph',
  'nn',
  'image',
  'io',
  'metrics',
  'fusion',
  'models',
  'training',
  'restoration',
  'analysis',
  'video',
  'report',
  'pipeline',
  'cli',
  'bandweave',
  'parity',
];

const present = ORDER.filter((name) => existsSync(`packages/${name}/package.json`));

test.each(present)('%s declares only packages that stand above it', (name) => {
  const manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'));
  const above = ORDER.slice(0, ORDER.indexOf(name));
  const internal = Object.keys(manifest.dependencies ?? {})
    .filter((dependency) => dependency.startsWith('@bandweave/') || dependency === 'bandweave')
    .map((dependency) => dependency.replace('@bandweave/', ''));
  for (const dependency of internal) expect(above).toContain(dependency);
});

test.each(present)('%s builds after exactly the packages it declares', (name) => {
  const manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'));
  const internal = Object.keys(manifest.dependencies ?? {})
    .filter((dependency) => dependency.startsWith('@bandweave/'))
    .map((dependency) => `../${dependency.replace('@bandweave/', '')}`);
  const config = JSON.parse(readFileSync(`packages/${name}/tsconfig.json`, 'utf8'));
  const references = (config.references ?? []).map((reference: { path: string }) => reference.path);
  expect(references.sort()).toEqual(internal.sort());
});
