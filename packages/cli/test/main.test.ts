import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../src/main.js';
import { VERBS } from '../src/registry.js';

let out = '';
let err = '';
beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

test('--version prints the version and nothing else', async () => {
  expect(await main(['--version'])).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(err).toBe('');
});

test('--help names every verb', async () => {
  expect(await main(['--help'])).toBe(0);
  for (const verb of Object.keys(VERBS)) expect(out).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
});

test('a verb that does not exist is answered with those that do, and the nearest', async () => {
  expect(await main(['inof', 'x.tif'])).toBe(2);
  expect(err).toMatch(
    /^bandweave: expected a verb \(.*info.*\), got "inof"; did you mean info\? .*\n$/,
  );
});

test.each(Object.keys(VERBS))('%s --help shows an example and takes --json', async (verb) => {
  expect(await main([verb, '--help'])).toBe(0);
  expect(out).toContain(`$ bandweave ${verb}`);
  expect(out).toContain('--json');
});

test.each(Object.keys(VERBS))(
  '%s refuses a flag that it does not know, in one line',
  async (verb) => {
    expect(await main([verb, '--jsno'])).toBe(2);
    expect(err).toMatch(
      new RegExp(
        `^bandweave ${verb}: expected an option it knows, got --jsno; did you mean --json\\? .*\\n$`,
      ),
    );
    expect(out).toBe('');
  },
);
