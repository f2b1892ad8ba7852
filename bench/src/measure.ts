/** Times commands as whole processes and watches their memory, from outside. */

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface Measured {
  readonly seconds: number;
  /** Largest sum of resident memory of the process and its children, sampled every 100 ms. */
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
  }, 100);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(watch));
  if (code !== 0) throw new Error(`${command}: exit code ${code}: ${said.slice(-500)}`);
  return { seconds: (performance.now() - started) / 1000, peakMb: peak };
}

/** Resident memory of a process and all below it, in MB. Looks at no other: it must cost nothing. */
async function residentMb(pid: number): Promise<number> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  const status = await read(`/proc/${pid}/status`);
  let total = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  const children = await read(`/proc/${pid}/task/${pid}/children`);
  for (const child of children.split(' '))
    if (child.trim()) total += await residentMb(Number(child));
  return total;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
