/** Times commands as whole processes and watches their memory, from outside. */

import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

export interface Measured {
  readonly seconds: number;
  /** Largest sum of resident memory of the process and its children, sampled every 50 ms. */
  readonly peakMb: number;
}

/** Runs a command to its end; an Error with what it wrote to stderr where it fails. */
export async function measure(command: string, args: readonly string[]): Promise<Measured> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  let peak = 0;
  const watch = setInterval(async () => {
    peak = Math.max(peak, await residentMb(child.pid ?? 0));
  }, 50);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(watch));
  if (code !== 0) throw new Error(`${command}: exit code ${code}: ${said.slice(-500)}`);
  return { seconds: (performance.now() - started) / 1000, peakMb: peak };
}

/** Resident memory of a process and all below it, in MB. */
async function residentMb(root: number): Promise<number> {
  const parents = new Map<number, { parent: number; mb: number }>();
  for (const entry of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    const mb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
    parents.set(Number(entry), { parent, mb });
  }
  let total = 0;
  for (const [pid, { mb }] of parents) {
    for (let at = pid; at > 1; at = parents.get(at)?.parent ?? 0) {
      if (at !== root) continue;
      total += mb;
      break;
    }
  }
  return total;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
