/**
 * Progress on stderr. On a terminal one line that is drawn over itself, with what is left;
 * elsewhere the marks that GDAL's users know: 0...10...20 and so on to 100 - done.
 */

import type { Progress } from '@bandweave/pipeline';

/** What the display needs of a stream: so that a test can stand in for stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressDisplay {
  readonly update: (progress: Progress) => void;
  /** Ends the line, so that what follows starts on its own. */
  readonly end: () => void;
}

/** @param now milliseconds, growing; replaced in tests */
export function progressDisplay(
  stream: ProgressStream,
  now: () => number = () => performance.now(),
): ProgressDisplay {
  return stream.isTTY ? overwritten(stream, now) : marks(stream);
}

/** GDAL's form: a dot each 2.5 percent, a number each 10. */
function marks(stream: ProgressStream): ProgressDisplay {
  let stage = '';
  let printed = -1; // of 40 steps
  const end = () => {
    if (printed >= 0 && printed < 40) stream.write('\n');
    printed = -1;
    stage = '';
  };
  return {
    update: (progress) => {
      if (progress.stage !== stage) {
        end();
        stage = progress.stage;
        stream.write(`${stage}: `);
        printed = -1;
      }
      const reached = Math.floor(40 * fraction(progress));
      while (printed < reached) {
        printed++;
        stream.write(printed % 4 === 0 ? String((printed / 4) * 10) : '.');
        if (printed === 40) stream.write(' - done.\n');
      }
    },
    end,
  };
}

/** One line, at most ten times a second: stage, bar, percentage, time left. */
function overwritten(stream: ProgressStream, now: () => number): ProgressDisplay {
  let stage = '';
  let started = 0;
  let drawn = Number.NEGATIVE_INFINITY;
  let open = false;
  const end = () => {
    if (open) stream.write('\n');
    open = false;
    stage = '';
  };
  return {
    update: (progress) => {
      const time = now();
      if (progress.stage !== stage) {
        end();
        stage = progress.stage;
        started = time;
        drawn = Number.NEGATIVE_INFINITY;
      }
      const done = fraction(progress);
      if (done < 1 && time - drawn < 100) return;
      drawn = time;
      open = true;
      const filled = Math.round(done * 30);
      const bar = `${'#'.repeat(filled)}${'-'.repeat(30 - filled)}`;
      const percent = `${String(Math.floor(done * 100)).padStart(3)}%`;
      stream.write(`\r\x1b[K${stage} [${bar}] ${percent}${timeLeft(done, time - started)}`);
    },
    end,
  };
}

function fraction({ done, total }: Progress): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
}

/** What is left at the pace so far; nothing until a second has passed. */
function timeLeft(done: number, elapsed: number): string {
  if (done >= 1) return ` in ${clock(elapsed / 1000)}`;
  if (elapsed < 1000 || done <= 0) return '';
  return ` ${clock(((elapsed / done) * (1 - done)) / 1000)} left`;
}

function clock(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
