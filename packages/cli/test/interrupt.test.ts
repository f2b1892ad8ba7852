/** Stopping a fusion from outside: at once, without a trace under the final name, and resumable. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRaster } from '@bandweave/io';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePair } from './made-pair.js';

/** Three runs of seconds each, on a machine that may be doing other things. */
const LONG = { timeout: 300_000 };

const BIN = resolve('packages/bandweave/bin/bandweave.js');

let folder: string;
let pair: { pan: string; ms: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-stop-'));
  // Large enough to last for seconds.
  pair = await makePair(folder, { side: 2048, bands: 4 });
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; out: string; err: string }>;
}

function start(output: string, ...more: string[]): Started {
  const args = [
    BIN,
    'fuse',
    pair.pan,
    pair.ms,
    '-o',
    output,
    '--threads',
    '2',
    '--memory',
    '400m',
    ...more,
  ];
  const child = spawn(process.execPath, args);
  let out = '';
  let err = '';
  child.stdout!.on('data', (part) => {
    out += part;
  });
  child.stderr!.on('data', (part) => {
    err += part;
  });
  const ended = new Promise<Awaited<Started['ended']>>((done) => {
    child.on('close', (code, signal) => done({ code, signal, out, err }));
  });
  return { child, ended };
}

/** Waits until the unfinished file has grown to hold some windows. */
async function untilGrowing(output: string, bytes: number, ended: Started['ended']): Promise<void> {
  let over = false;
  ended.then(() => {
    over = true;
  });
  const partial = `${output}.partial`;
  while (!over) {
    if (existsSync(partial) && statSync(partial).size > bytes) return;
    await sleep(5);
  }
  throw new Error('the run ended before it could be stopped; make the scene larger');
}

async function md5OfPixels(path: string): Promise<string> {
  const source = await openRaster(path);
  const { height, width } = source.info;
  const { data } = await source.read({ row: 0, col: 0, height, width });
  await source.close();
  return createHash('md5').update(new Uint8Array(data.buffer)).digest('hex');
}

test(
  'Ctrl-C stops within a second, exit code 130, nothing under the final name',
  LONG,
  async () => {
    const output = join(folder, 'stopped.tif');
    const { child, ended } = start(output);
    await untilGrowing(output, 2_000_000, ended);
    const asked = performance.now();
    child.kill('SIGINT');
    const { code, err } = await ended;
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(code).toBe(130);
    expect(err.trimEnd().split('\n').at(-1)).toMatch(/interrupted/);
    expect(existsSync(output)).toBe(false);
  },
);

test(
  'a killed run leaves nothing under the final name, and goes on with --resume to the same pixels',
  LONG,
  async () => {
    const whole = join(folder, 'whole.tif');
    const { code } = await start(whole, '--quiet').ended;
    expect(code).toBe(0);

    const output = join(folder, 'killed.tif');
    const first = start(output);
    await untilGrowing(output, 10_000_000, first.ended);
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    expect(existsSync(output)).toBe(false);

    const second = await start(output, '--resume', '--json', '--quiet').ended;
    expect(second.err).toBe('');
    expect(second.code).toBe(0);
    const result = JSON.parse(second.out) as { resumedWindows: number; method: string };
    expect(result.resumedWindows).toBeGreaterThan(0);
    expect(await md5OfPixels(output)).toBe(await md5OfPixels(whole));
    expect(readdirSync(folder).filter((name) => name.startsWith('killed.tif'))).toEqual([
      'killed.tif',
    ]);
  },
);
