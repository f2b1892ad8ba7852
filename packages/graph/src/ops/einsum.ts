/**
 * Sums of products in index notation, two operands at a time, each pair as one matrix product.
 * Gradients come from the operators that it is made of.
 */

import { opError, showShape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { mul } from './arithmetic.js';
import { expand, reshape, sum } from './broadcast.js';
import { slice, transpose } from './layout.js';
import { matmul } from './matmul.js';

type Label = string;

/** A tensor with one label per axis, each once. */
interface Labelled {
  readonly t: Tensor;
  readonly labels: readonly Label[];
}

/**
 * As numpy's einsum: 'bik,bjk->bij'. Letters name axes; those missing after the arrow are summed;
 * a letter twice in one operand is its diagonal; '...' stands for leading axes that broadcast.
 * Without an arrow the letters that occur once stand in alphabetic order.
 *
 * @throws GraphError where letters do not fit the operands
 */
export function einsum(equation: string, operands: readonly Tensor[]): Tensor {
  const { terms, output } = parse(equation, operands);
  const parts = align(operands.map((t, i) => diagonal({ t, labels: terms[i] })));
  let [result] = parts;
  for (let i = 1; i < parts.length; i++) {
    const later = parts.slice(i + 1).flatMap(({ labels }) => labels);
    result = contract(result, parts[i], new Set([...output, ...later]));
  }
  return arrange(summed(result, new Set(output)), output).t;
}

function parse(equation: string, operands: readonly Tensor[]) {
  const refuse = (expected: string): never => {
    throw opError(
      'einsum',
      expected,
      `'${equation}' for ${operands.map((t) => showShape(t.shape)).join(', ') || 'nothing'}`,
    );
  };
  const [left, right, ...more] = equation.replaceAll(' ', '').split('->');
  const texts = left.split(',');
  if (more.length > 0 || operands.length === 0 || texts.length !== operands.length) {
    refuse('one term per operand');
  }
  const terms = texts.map((text, i) => labelsOf(text, operands[i].shape.length));
  if (terms.some((term, i) => term?.length !== operands[i].shape.length)) {
    refuse('one letter per axis');
  }
  const known = terms.map((term) => term ?? []);
  const all = known.flat();
  const dots = Math.max(...known.map((term) => term.filter(isDot).length));
  const once = [...new Set(all)].filter(
    (l) => !isDot(l) && all.filter((m) => m === l).length === 1,
  );
  const output =
    right === undefined
      ? [...dotLabels(dots), ...once.sort()]
      : (labelsOf(right, right.replace('...', '').length + dots) ?? refuse('letters'));
  if (new Set(output).size !== output.length || output.some((l) => !all.includes(l))) {
    refuse('each letter of the result once and in some operand');
  }
  return { terms: known, output };
}

/** Axes under an ellipsis, counted from the right as broadcasting does. */
const dotLabels = (count: number): Label[] =>
  Array.from({ length: count }, (_, i) => `.${count - i}`);
const isDot = (label: Label) => label.startsWith('.');

/** Labels of a term, or undefined where it is not letters around at most one ellipsis. */
function labelsOf(text: string, rank: number): Label[] | undefined {
  const match = /^([A-Za-z]*)(\.\.\.)?([A-Za-z]*)$/.exec(text);
  if (!match) return undefined;
  const [, before, dots, after] = match;
  const hidden = dots ? Math.max(0, rank - before.length - after.length) : 0;
  return [...before, ...dotLabels(hidden), ...after];
}

/** Repeated labels of one operand become one: the diagonal is a stepped slice of both axes joined. */
function diagonal({ t, labels }: Labelled): Labelled {
  const again = labels.find((l, i) => labels.indexOf(l) !== i);
  if (again === undefined) return { t, labels };
  const pair = labels.flatMap((l, i) => (l === again ? [i] : [])).slice(0, 2);
  const rest = labels.map((_, i) => i).filter((i) => !pair.includes(i));
  const [n, m] = pair.map((i) => t.shape[i]);
  if (n !== m) throw opError('einsum', `equal lengths for ${again}`, `${n} and ${m}`);
  const shape = rest.map((i) => t.shape[i]);
  const joined = reshape(transpose(t, [...rest, ...pair]), [...shape, n * n]);
  const picked = slice(joined, [{ axis: rest.length, step: n + 1 }]);
  return diagonal({ t: picked, labels: [...rest.map((i) => labels[i]), again] });
}

/** The same length for each label everywhere; length one under an ellipsis is repeated. */
function align(parts: readonly Labelled[]): Labelled[] {
  const sizes = new Map<Label, number>();
  for (const { t, labels } of parts) {
    labels.forEach((l, i) => {
      const before = sizes.get(l) ?? 1;
      const now = t.shape[i];
      const fits = before === now || !sizes.has(l) || (isDot(l) && (before === 1 || now === 1));
      if (!fits) throw opError('einsum', `one length for ${l}`, `${before} and ${now}`);
      sizes.set(l, Math.max(before, now));
    });
  }
  return parts.map(({ t, labels }) => ({
    t: expand(
      t,
      labels.map((l) => sizes.get(l) ?? 1),
    ),
    labels,
  }));
}

/** Sums over the labels that nobody needs. */
function summed({ t, labels }: Labelled, needed: ReadonlySet<Label>): Labelled {
  const axes = labels.flatMap((l, i) => (needed.has(l) ? [] : [i]));
  return { t: sum(t, { axes }), labels: labels.filter((l) => needed.has(l)) };
}

function arrange({ t, labels }: Labelled, order: readonly Label[]): Labelled {
  return {
    t: transpose(
      t,
      order.map((l) => labels.indexOf(l)),
    ),
    labels: order,
  };
}

/** The product of two operands summed over what is not needed any more. */
function contract(left: Labelled, right: Labelled, needed: ReadonlySet<Label>): Labelled {
  const a = summed(left, new Set([...needed, ...right.labels]));
  const b = summed(right, new Set([...needed, ...left.labels]));
  const shared = a.labels.filter((l) => b.labels.includes(l));
  const batch = shared.filter((l) => needed.has(l));
  const inner = shared.filter((l) => !needed.has(l));
  const rows = a.labels.filter((l) => !shared.includes(l));
  const columns = b.labels.filter((l) => !shared.includes(l));
  const labels = [...batch, ...rows, ...columns];
  const size = (x: Labelled, names: readonly Label[]) =>
    names.map((l) => x.t.shape[x.labels.indexOf(l)]);
  if (inner.length === 0 || rows.length + columns.length === 0) {
    const x = arrange(a, [...batch, ...rows, ...inner]);
    const y = arrange(b, [...batch, ...columns, ...inner]).t;
    const ones = rows.map(() => 1);
    const wide = reshape(y, [...size(b, batch), ...ones, ...size(b, columns), ...size(b, inner)]);
    const long = reshape(x.t, [
      ...size(a, batch),
      ...size(a, rows),
      ...columns.map(() => 1),
      ...size(a, inner),
    ]);
    const axes = inner.map((_, i) => labels.length + i);
    return { t: sum(mul(long, wide), { axes }), labels };
  }
  const lead = batch.length > 0 ? [sizeOf(size(a, batch))] : [];
  const [m, k, n] = [size(a, rows), size(a, inner), size(b, columns)].map(sizeOf);
  const x = reshape(arrange(a, [...batch, ...rows, ...inner]).t, [...lead, m, k]);
  const y = reshape(arrange(b, [...batch, ...inner, ...columns]).t, [...lead, k, n]);
  const shape = [...size(a, batch), ...size(a, rows), ...size(b, columns)];
  return { t: reshape(matmul(x, y), shape), labels };
}
