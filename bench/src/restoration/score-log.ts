/** Scores that a long table has so far, a JSON line each, so that a stopped run goes on. */

import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** PSNR in dB, mean SSIM of the bands. */
export type Score = readonly [psnr: number, ssim: number];

export interface ScoreLog {
  /** The score under a key: the one there is, or what `make` finds. */
  take(key: string, make: () => Promise<Score> | Score): Promise<Score>;
}

/** @param path where they are kept; without it nothing is */
export function scoreLog(path?: string): ScoreLog {
  const known = new Map<string, Score>();
  if (path !== undefined && existsSync(path)) {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      // A run that was killed may have left half a line.
      if (!line.endsWith('}')) continue;
      const { key, score } = JSON.parse(line) as { key: string; score: Score };
      known.set(key, score);
    }
  }
  return {
    async take(key, make) {
      const found = known.get(key);
      if (found) return found;
      const score = await make();
      known.set(key, score);
      if (path !== undefined) appendFileSync(path, `${JSON.stringify({ key, score })}\n`);
      return score;
    },
  };
}
