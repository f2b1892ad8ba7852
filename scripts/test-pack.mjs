/**
 * Packs `bandweave`, installs the one tarball into an empty project, and uses it there as a
 * stranger would: the command, the library, the types. Needs the registry for third parties.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bandweave-pack-'));
const project = join(folder, 'project');

/** stdout of a command; its stderr passes through only when it fails. */
function run(cwd, command, ...args) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function expectEqual(what, got, expected) {
  if (got !== expected) throw new Error(`${what}: expected ${expected}, got ${got}`);
  process.stdout.write(`ok: ${what}\n`);
}

const CONSUMER = `
import { type FuseResult, fuse, methods, openRaster, sensors } from 'bandweave';
const open: (spec: string) => Promise<{ info: { width: number } }> = openRaster;
const run = (): Promise<FuseResult> => fuse('pan.tif', 'ms.tif', 'out.tif', { method: 'gsa' });
console.log(typeof open, typeof run, methods.length > 0, sensors.length > 0);
`;

try {
  run(root, 'npm', 'run', '--silent', 'build');
  const [{ filename, files }] = JSON.parse(
    run(root, 'npm', 'pack', '--json', '-w', 'bandweave', '--pack-destination', folder),
  );
  process.stdout.write(`${filename}: ${files.length} files\n`);
  mkdirSync(project);
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  run(project, 'npm', 'install', '--no-audit', '--no-fund', join(folder, filename));
  const { version } = JSON.parse(readFileSync(join(root, 'packages/bandweave/package.json')));
  expectEqual(
    'npx bandweave --version',
    run(project, 'npx', 'bandweave', '--version').trim(),
    version,
  );
  writeFileSync(join(project, 'consumer.ts'), CONSUMER);
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'NodeNext',
        target: 'ES2022',
        strict: true,
        outDir: 'out',
        skipLibCheck: false,
        types: [],
      },
      files: ['consumer.ts'],
    }),
  );
  run(project, process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', '.');
  expectEqual(
    'import with types',
    run(project, process.execPath, 'out/consumer.js').trim(),
    'function function true true',
  );
  const demo = JSON.parse(
    run(project, 'npx', 'bandweave', 'demo', '--size', '256', '-q', '--json'),
  );
  expectEqual('npx bandweave demo', demo.methods.length, 4);
} catch (error) {
  process.stderr.write(`${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
