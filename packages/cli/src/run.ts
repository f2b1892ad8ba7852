/** Runs a verb that may take long: signals, progress and remarks in one place. */

import type { Progress, RunOptions } from '@bandweave/pipeline';
import { Interrupted } from './errors.js';
import type { RunFlags } from './options/run.js';
import { progressDisplay } from './progress.js';

/** How long work may go on after a signal before the process ends regardless. */
const GRACE_MS = 800;

/** Work that ends sooner shows nothing on the way. */
const QUIET_MS = 1000;

/**
 * Gives `work` a signal that fires on Ctrl-C or SIGTERM, a progress display and a place for
 * remarks. Both are shown once the work has lasted a second or succeeded, so that bad input
 * shows one line, the error.
 */
export async function run<T>(
  { quiet }: RunFlags,
  work: (options: Required<RunOptions>) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const voice = quiet ? silence : speaker(QUIET_MS);
  const stop = (name: 'SIGINT' | 'SIGTERM') => () => {
    const interrupted = new Interrupted(name);
    if (controller.signal.aborted) process.exit(interrupted.exitCode);
    controller.abort(interrupted);
    setTimeout(() => {
      process.stderr.write(`\n${interrupted.message}\n`);
      process.exit(interrupted.exitCode);
    }, GRACE_MS).unref();
  };
  const handlers = { SIGINT: stop('SIGINT'), SIGTERM: stop('SIGTERM') };
  process.on('SIGINT', handlers.SIGINT).on('SIGTERM', handlers.SIGTERM);
  try {
    const { onProgress, onMessage } = voice;
    const result = await work({ signal: controller.signal, onProgress, onMessage });
    voice.end('success');
    return result;
  } catch (error) {
    voice.end('failure');
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off('SIGINT', handlers.SIGINT).off('SIGTERM', handlers.SIGTERM);
  }
}

interface Voice extends Required<Pick<RunOptions, 'onProgress' | 'onMessage'>> {
  readonly end: (how: 'success' | 'failure') => void;
}

const silence: Voice = { onProgress: () => {}, onMessage: () => {}, end: () => {} };

/** Remarks and progress on stderr, held back for `wait` milliseconds. */
function speaker(wait: number): Voice {
  const display = progressDisplay(process.stderr);
  const started = performance.now();
  const remarks: string[] = [];
  let last: Progress | undefined;
  const flush = () => {
    if (remarks.length > 0) display.end();
    for (const line of remarks.splice(0)) process.stderr.write(`${line}\n`);
  };
  const isTime = () => performance.now() - started >= wait;
  return {
    onProgress: (progress) => {
      last = progress;
      if (!isTime()) return;
      flush();
      display.update(progress);
    },
    onMessage: (line) => {
      remarks.push(line);
      if (isTime()) flush();
    },
    end: (how) => {
      if (how === 'success') {
        flush();
        if (last) display.update(last);
      }
      display.end();
    },
  };
}
