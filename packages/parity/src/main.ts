/** `npm run parity -- DIR...`: one JSON line a case on stdout; exit code 0 only if all pass. */

import type { ParityCase } from './case.js';
import { discoverCases } from './discover.js';
import { RUNNERS } from './runners.js';

/** Finite numbers as they are, others by name: JSON knows no NaN. */
function number(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

async function judge(parityCase: ParityCase): Promise<boolean> {
  const head = { case: parityCase.name, system: parityCase.system };
  const say = (line: object) => process.stdout.write(`${JSON.stringify({ ...head, ...line })}\n`);
  const runner = RUNNERS[parityCase.system];
  if (!runner) {
    say({ pass: false, error: null, tolerance: null, reason: 'this system is not built yet' });
    return false;
  }
  try {
    const { error, tolerance, note } = await runner(parityCase);
    const pass = error <= tolerance;
    const reason = note === undefined ? {} : { [pass ? 'note' : 'reason']: note };
    say({ pass, error: number(error), tolerance: number(tolerance), ...reason });
    return pass;
  } catch (error) {
    say({ pass: false, error: null, tolerance: null, reason: (error as Error).message });
    return false;
  }
}

async function main(folders: readonly string[]): Promise<number> {
  if (folders.length === 0) {
    process.stderr.write(
      'parity: expected at least one folder, got none; usage: npm run parity -- DIR...\n',
    );
    return 2;
  }
  const cases = folders.flatMap(discoverCases);
  if (cases.length === 0) {
    process.stderr.write(
      `parity: expected case.json files below ${folders.join(', ')}, got none.\n`,
    );
    return 2;
  }
  let failed = 0;
  for (const parityCase of cases) if (!(await judge(parityCase))) failed++;
  process.stderr.write(`${cases.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
