/** Runs a verb that may take long: signals, progress and remarks in one place. */

import type { RunOptions } from '@bandweave/pipeline';
import { Interrupted } from './errors.js';
import type { RunFlags } from './options/run.js';
import { progressDisplay } from './progress.js';

/** How long work may go on after a signal before the process ends regardless. */
const GRACE_MS = 800;

/**
 * Gives `work` a signal that fires on Ctrl-C or SIGTERM, a progress display and a place for
 * remarks. Remarks wait for the first progress, so that bad input shows one line, the error.
 */
export async function run<T>(
  { quiet }: RunFlags,
  work: (options: Required<RunOptions>) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const display = progressDisplay(process.stderr);
  const remarks: string[] = [];
  let begun = false;
  const begin = () => {
    begun = true;
    for (const line of remarks.splice(0)) process.stderr.write(`${line}\n`);
  };
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
    const result = await work({
      signal: controller.signal,
      onProgress: (progress) => {
        if (quiet) return;
        if (!begun) begin();
        display.update(progress);
      },
      onMessage: (line) => {
        if (quiet) return;
        if (begun) display.end();
        if (begun) process.stderr.write(`${line}\n`);
        else remarks.push(line);
      },
    });
    display.end();
    if (!begun) begin();
    return result;
  } catch (error) {
    display.end();
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off('SIGINT', handlers.SIGINT).off('SIGTERM', handlers.SIGTERM);
  }
}
