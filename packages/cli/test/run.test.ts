import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { errorLine, exitCodeOf } from '../src/errors.js';
import { run } from '../src/run.js';
import { UsageError } from '../src/usage-error.js';

let err = '';
beforeEach(() => {
  err = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

test('remarks come before progress, and both are shown when the work is done', async () => {
  await run({}, async ({ onMessage, onProgress }) => {
    onProgress({ stage: 'fuse', done: 1, total: 2 });
    onMessage('ratio 4');
    onProgress({ stage: 'fuse', done: 2, total: 2 });
  });
  expect(err).toBe('ratio 4\nfuse: 0...10...20...30...40...50...60...70...80...90...100 - done.\n');
});

test('work that fails at once says nothing on the way: the error is the one line', async () => {
  const work = run({}, async ({ onMessage, onProgress }) => {
    onMessage('ratio 4');
    onProgress({ stage: 'fuse', done: 1, total: 2 });
    throw new UsageError('pan.tif: expected pixels, got none; check it.');
  });
  await expect(work).rejects.toThrow('pan.tif');
  expect(err).toBe('');
});

test('--quiet keeps stderr empty', async () => {
  await run({ quiet: true }, async ({ onMessage, onProgress }) => {
    onMessage('ratio 4');
    onProgress({ stage: 'fuse', done: 2, total: 2 });
  });
  expect(err).toBe('');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s aborts the work and ends with %i', async (name, code) => {
  const work = run({ quiet: true }, ({ signal }) => {
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      process.emit(name);
    });
  });
  const error = await work.catch((reason: unknown) => reason);
  expect(exitCodeOf(error)).toBe(code);
  expect(errorLine(error)).toContain('interrupted');
});

test('a signal after the work leaves no handler behind', async () => {
  const before = process.listenerCount('SIGINT');
  await run({ quiet: true }, async () => {});
  expect(process.listenerCount('SIGINT')).toBe(before);
});

test.each([
  [
    Object.assign(new Error('x'), { code: 'ENOSPC', path: '/data/out.tif' }),
    2,
    /^\/data\/out\.tif: expected room on the disk/,
  ],
  [new Error('first line\nsecond line'), 1, /^bandweave: internal fault: first line second line/],
  ['a string', 1, /internal fault: a string/],
])('%s becomes one line and its exit code', (error, code, line) => {
  expect(exitCodeOf(error)).toBe(code);
  expect(errorLine(error)).toMatch(line);
  expect(errorLine(error)).not.toContain('\n');
});
