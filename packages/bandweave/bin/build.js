/**
 * Builds a checkout when its sources changed since the last build. Only in a checkout: an
 * installed package carries its build. The check costs a stat of each source file.
 */

import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Every source file's name, size and time; undefined where a package has no build at all. */
function fingerprint(packages) {
  const hash = createHash('sha1');
  let complete = true;
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.name.endsWith('.ts')) hash.update(describe(path));
    }
  };
  for (const name of readdirSync(packages)) {
    const folder = join(packages, name);
    if (!existsSync(join(folder, 'tsconfig.json')) || !existsSync(join(folder, 'src'))) continue;
    hash.update(describe(join(folder, 'tsconfig.json')));
    visit(join(folder, 'src'));
    if (!existsSync(join(folder, 'dist', '.tsbuildinfo'))) complete = false;
  }
  return { digest: hash.digest('hex'), complete };
}

function describe(path) {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}\n`;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** True when this process now holds the lock; a lock whose owner is gone is taken over. */
function take(lock) {
  try {
    const file = openSync(lock, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!ownerLives(lock)) rmSync(lock, { force: true });
  return false;
}

function ownerLives(lock) {
  const owner = Number(read(lock));
  try {
    // An empty lock was made this instant, or by a process that died on the spot.
    if (owner === 0) return Date.now() - statSync(lock).mtimeMs < 2000;
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function compile(root) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) {
    return {
      code: 1,
      output: 'bandweave: expected TypeScript to build this checkout, found none; run npm ci.\n',
    };
  }
  // Loaded only here: a fresh build should not pay for it.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [compiler, '-b'], { cwd: root });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Returns when the build is fresh; on failure says why and sets the exit code. */
export async function ensureBuilt(workspace) {
  const root = fileURLToPath(workspace);
  const packages = join(root, 'packages');
  const home = join(packages, 'bandweave', 'dist');
  const stamp = join(home, '.built');
  const lock = join(home, '.building');
  const isFresh = () => {
    const { digest, complete } = fingerprint(packages);
    return complete && read(stamp) === digest;
  };
  if (isFresh()) return;
  mkdirSync(home, { recursive: true });
  while (!take(lock)) await sleep(50);
  try {
    if (isFresh()) return;
    // Taken before the build: an edit made meanwhile must count as newer.
    const { digest } = fingerprint(packages);
    const { code, output } = await compile(root);
    if (code === 0) {
      writeFileSync(stamp, digest);
    } else {
      process.stderr.write(output);
      process.exitCode = 1;
    }
  } finally {
    rmSync(lock, { force: true });
  }
}
