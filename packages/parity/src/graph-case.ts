/** What cases of traced networks have in common: feeding, running, comparing gradients. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  compile,
  createSession,
  input,
  readSafetensors,
  type StoredTensor,
  type Tensor as Symbolic,
  toFloat32,
} from '@bandweave/graph';
import { type Verdict, worse } from './case.js';

export type Stored = ReadonlyMap<string, StoredTensor>;

/** A safetensors file of a case, empty where there is none. */
export async function readStored(folder: string, file: string): Promise<Stored> {
  const path = join(folder, file);
  return existsSync(path) ? (await readSafetensors(path)).tensors : new Map();
}

/** Symbolic inputs of the stored tensors' shapes, and what to feed them. */
export function inputsFor(stored: Stored, names: readonly string[]) {
  const tensors: Record<string, Symbolic> = {};
  const feeds: Record<string, Float32Array> = {};
  for (const name of names) {
    const t = stored.get(name);
    if (!t) throw new Error(`parity: expected a tensor ${name}, got none.`);
    tensors[name] = input(name, t.shape);
    feeds[name] = toFloat32(t);
  }
  return { tensors, feeds };
}

/** Runs a trace whose weights stand in it. */
export async function runTrace(
  outputs: Readonly<Record<string, Symbolic>>,
  feeds: Readonly<Record<string, Float32Array>>,
): Promise<Record<string, Float32Array>> {
  // Outputs get a prefix, because a gradient bears its parameter's name.
  const named = Object.fromEntries(Object.entries(outputs).map(([k, t]) => [`out:${k}`, t]));
  const model = compile(named, { weights: 'initializers' });
  const session = await createSession(model, { threads: 2 });
  const wanted = Object.fromEntries(model.inputs.map(({ name }) => [name, feeds[name]]));
  const results = await session.run(wanted);
  await session.close();
  return Object.fromEntries(
    Object.keys(outputs).map((k) => [k, results[`out:${k}`].data as Float32Array]),
  );
}

/** The limit written as "r*max|ref| + a" in a case. */
export function gradientTolerance(text: string): { rtol: number; atol: number } {
  const found = /([\d.]+(?:e-?\d+)?)\s*\*\s*max\|ref\|\s*\+\s*([\d.]+(?:e-?\d+)?)/.exec(text);
  if (!found) throw new Error(`parity: expected a tolerance "r*max|ref|+a", got "${text}".`);
  return { rtol: Number(found[1]), atol: Number(found[2]) };
}

/** Largest difference of two arrays, infinite where they cannot be compared. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i]);
    if (!(d <= worst)) worst = Number.isNaN(d) ? Number.POSITIVE_INFINITY : d;
  }
  return worst;
}

/** Compares one value with what the original program gave. */
export function compare(
  name: string,
  got: ArrayLike<number>,
  { reference, tolerance }: Expected,
): Verdict {
  return { error: maxDifference(got, toFloat32(reference)), tolerance, note: name };
}

interface Expected {
  readonly reference: StoredTensor;
  readonly tolerance: number;
}

/** The worst of many gradients, each with its own limit. */
export function compareGradients(
  got: Readonly<Record<string, Float32Array>>,
  reference: Stored,
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
): Verdict {
  let verdict: Verdict = { error: 0, tolerance: atol, note: 'gradients' };
  for (const [name, values] of Object.entries(got)) {
    const stored = reference.get(name);
    if (!stored) throw new Error(`parity: expected the gradient ${name} in the case, got none.`);
    const top = toFloat32(stored).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    const limit = rtol * top + atol;
    verdict = worse(
      verdict,
      compare(`gradient of ${name}`, values, { reference: stored, tolerance: limit }),
    );
  }
  return verdict;
}
