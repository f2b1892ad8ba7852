/** The command in a checkout: it builds what is stale before it runs. */
import { execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const run = promisify(execFile);
const BIN = resolve('packages/bandweave/bin/bandweave.js');

/** A workspace of one package beside `bandweave`, whose main prints a word. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bandweave-bin-'));
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const config = (references: string[]) =>
    JSON.stringify({
      compilerOptions: {
        rootDir: 'src',
        outDir: 'dist',
        tsBuildInfoFile: 'dist/.tsbuildinfo',
        composite: true,
        module: 'NodeNext',
        types: [],
      },
      include: ['src'],
      references: references.map((path) => ({ path })),
    });
  write('package.json', JSON.stringify({ type: 'module', private: true }));
  write(
    'tsconfig.json',
    JSON.stringify({
      files: [],
      references: [{ path: 'packages/cli' }, { path: 'packages/bandweave' }],
    }),
  );
  write(
    'packages/cli/package.json',
    JSON.stringify({ name: '@bandweave/cli', type: 'module', exports: './dist/index.js' }),
  );
  write('packages/cli/tsconfig.json', config([]));
  write('packages/cli/src/index.ts', source('first'));
  write('packages/bandweave/package.json', JSON.stringify({ name: 'bandweave', type: 'module' }));
  write('packages/bandweave/tsconfig.json', config(['../cli']));
  write('packages/bandweave/src/index.ts', 'export {};\n');
  cpSync(resolve('packages/bandweave/bin'), join(root, 'packages/bandweave/bin'), {
    recursive: true,
  });
  mkdirSync(join(root, 'node_modules/@bandweave'), { recursive: true });
  symlinkSync(join(root, 'packages/cli'), join(root, 'node_modules/@bandweave/cli'));
  for (const name of ['typescript', '@typescript']) {
    symlinkSync(resolve('node_modules', name), join(root, 'node_modules', name));
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function source(word: string): string {
  return `export async function main(args: string[]): Promise<number> { console.log('${word}', ...args); return 3; }\n`;
}

const start = async (...args: string[]) => {
  const failure = await run(process.execPath, [
    join(root, 'packages/bandweave/bin/bandweave.js'),
    ...args,
  ]).then(
    () => undefined,
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
  return failure ?? { stdout: '', stderr: '', code: 0 };
};

test('a checkout without a build is built, run, and its exit code passed on', async () => {
  expect(await start('x', 'y')).toMatchObject({ stdout: 'first x y\n', stderr: '', code: 3 });
});

test('an edited source is built anew, an untouched one is not', async () => {
  await start();
  writeFileSync(join(root, 'packages/cli/src/index.ts'), source('second'));
  expect((await start()).stdout).toBe('second\n');
  // What is not built anew shows an edit of the build itself.
  writeFileSync(
    join(root, 'packages/cli/dist/index.js'),
    source('by hand').replace(/: (string\[\]|Promise<number>)/g, ''),
  );
  expect((await start()).stdout).toBe('by hand\n');
});

test('a build that was deleted is made again', async () => {
  await start();
  rmSync(join(root, 'packages/cli/dist'), { recursive: true });
  expect((await start()).stdout).toBe('first\n');
});

test('a source that does not compile gives the compiler’s words and exit code 1', async () => {
  writeFileSync(join(root, 'packages/cli/src/index.ts'), 'export const main: number = "no";\n');
  const { stdout, stderr, code } = await start();
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('packages/cli/src/index.ts(1,14): error TS2322');
});

test('three starts at once share one build', async () => {
  const all = await Promise.all([start('a'), start('b'), start('c')]);
  expect(all.map(({ stdout }) => stdout)).toEqual(['first a\n', 'first b\n', 'first c\n']);
  expect(existsSync(join(root, 'packages/bandweave/dist/.building'))).toBe(false);
});

test('a lock left by a process that died does not hold anybody up', async () => {
  const dead = spawn(process.execPath, ['-e', '']);
  await new Promise((done) => dead.on('close', done));
  mkdirSync(join(root, 'packages/bandweave/dist'));
  writeFileSync(join(root, 'packages/bandweave/dist/.building'), String(dead.pid));
  expect((await start()).stdout).toBe('first\n');
});

test('the command of this checkout answers --version', async () => {
  const { stdout } = await run(process.execPath, [BIN, '--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
