/** What makes the one tarball whole. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (name: string) => JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'));
const own = read('bandweave');
const bundled: string[] = own.bundleDependencies;

test('every workspace that is needed travels in the tarball', () => {
  const internal = Object.keys(own.dependencies).filter((name) => name.startsWith('@bandweave/'));
  expect([...bundled].sort()).toEqual(internal.sort());
  const needed = bundled.flatMap((name) =>
    Object.keys(read(name.replace('@bandweave/', '')).dependencies ?? {}),
  );
  for (const name of needed.filter((name) => name.startsWith('@bandweave/')))
    expect(bundled).toContain(name);
});

test.each(bundled)('what %s takes from the registry, bandweave declares too', (name) => {
  const { dependencies = {}, optionalDependencies = {} } = read(name.replace('@bandweave/', ''));
  for (const [dependency, range] of Object.entries(dependencies)) {
    if (!dependency.startsWith('@bandweave/')) expect(own.dependencies[dependency]).toBe(range);
  }
  for (const [dependency, range] of Object.entries(optionalDependencies)) {
    expect(own.optionalDependencies[dependency]).toBe(range);
  }
});

test('the command is there and may be run', () => {
  expect(readdirSync('packages/bandweave/bin')).toContain('bandweave.js');
  expect(readFileSync('packages/bandweave/bin/bandweave.js', 'utf8')).toMatch(
    /^#!\/usr\/bin\/env node\n/,
  );
});
