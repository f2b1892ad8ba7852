/** Arithmetic on static shapes, with numpy's rules. */

import { GraphError } from '../errors.js';

export type Shape = readonly number[];

/** Number of elements; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let n = 1;
  for (const d of shape) n *= d;
  return n;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, i) => d === b[i]);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

/** The error of an operator: who, what it expected, what came, and the way out. */
export function opError(op: string, expected: string, got: string, wayOut?: string): GraphError {
  return new GraphError(`${op}: expected ${expected}, got ${got}${wayOut ? `; ${wayOut}` : ''}.`);
}

/** An axis counted from the front; negative ones count from the end. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  const a = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || a < 0 || a >= rank) {
    throw opError(op, `an axis in [${-rank}, ${rank - 1}]`, String(axis));
  }
  return a;
}

/** Distinct axes from the front in rising order; all of them when `axes` is undefined. */
export function normalizeAxes(
  op: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = (typeof axes === 'number' ? [axes] : [...axes]).map((a) =>
    normalizeAxis(op, a, rank),
  );
  if (new Set(list).size !== list.length) {
    throw opError(op, 'each axis once', showShape(list));
  }
  return list.sort((a, b) => a - b);
}

/** The shape that numpy broadcasts these to. */
export function broadcastShapes(op: string, ...shapes: Shape[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  const out: number[] = new Array(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const o = rank - shape.length + i;
      const d = shape[i];
      if (d === 1 || d === out[o]) continue;
      if (out[o] !== 1) {
        throw opError(op, 'shapes that broadcast', shapes.map(showShape).join(' and '));
      }
      out[o] = d;
    }
  }
  return out;
}
