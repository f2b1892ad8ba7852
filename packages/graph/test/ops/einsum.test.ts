import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeOf } from '../../src/core/shape.js';
import { input } from '../../src/core/tensor.js';
import { einsum } from '../../src/ops/einsum.js';
import { apply, checkGradient, normals } from '../support/evaluate.js';

const SIZES: Record<string, number> = { a: 2, b: 3, c: 4, d: 2, e: 3 };
const shapeOf = (term: string) => [...term].map((l) => SIZES[l]);

/** One loop over all letters: what index notation means. */
function naive(equation: string, values: readonly number[][]): number[] {
  const [left, output] = equation.split('->');
  const terms = left.split(',');
  const letters = [...new Set(left.replaceAll(',', ''))];
  const y: number[] = new Array(sizeOf(shapeOf(output))).fill(0);
  const at: Record<string, number> = {};
  const offset = (term: string) => [...term].reduce((o, l) => o * SIZES[l] + at[l], 0);
  for (let n = 0; n < sizeOf(letters.map((l) => SIZES[l])); n++) {
    let rest = n;
    for (const l of letters) {
      at[l] = rest % SIZES[l];
      rest = Math.floor(rest / SIZES[l]);
    }
    y[offset(output)] += terms.reduce((p, term, i) => p * values[i][offset(term)], 1);
  }
  return y;
}

async function check(equation: string): Promise<void> {
  const terms = equation.split('->')[0].split(',');
  const inputs = terms.map((term, i) => {
    const shape = shapeOf(term);
    return { shape, values: normals(sizeOf(shape), i + 1) };
  });
  const got = await apply((...t) => einsum(equation, t), inputs);
  const expected = naive(
    equation,
    inputs.map((t) => t.values),
  );
  expect(got).toBeAllclose(expected, { rtol: 1e-4, atol: 1e-5 });
}

const known = [
  'ab,bc->ac',
  'ab,cb->ac',
  'ba,bc->ac',
  'cab,cbe->cae',
  'abc,dec->abde',
  'abc->ca',
  'ab->',
  'ab,ab->a',
  'ab,ab->ab',
  'a,b->ab',
  'a,b->ba',
  'aab,ab->b',
  'aa->a',
  'aa->',
  'abc,bc,c->a',
  'ab,c->a',
  'abcd,bd,ec->ae',
  'bac,bdc->adb',
];

test.each(known)('einsum %s means its loop over indices', async (equation) => {
  await check(equation);
});

test.each(['ab,cb->ac', 'cab,cbe->cae', 'aab,ab->b', 'abc,bc,c->a', 'ab,ab->a', 'bac,bdc->adb'])(
  'einsum %s has right gradients',
  async (equation) => {
    const terms = equation.split('->')[0].split(',');
    await checkGradient(
      (...t) => einsum(equation, t),
      terms.map((term) => ({ shape: shapeOf(term) })),
    );
  },
);

test('any pair of terms means its loop over indices', async () => {
  const term = fc.shuffledSubarray([...'abcde'], { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(term, term, fc.infiniteStream(fc.boolean()), async (p, q, coin) => {
      const output = [...new Set([...q, ...p])].filter(() => coin.next().value);
      await check(`${p.join('')},${q.join('')}->${output.join('')}`);
    }),
    { numRuns: 40 },
  );
});

test('an ellipsis broadcasts, and a missing arrow sorts the letters that occur once', async () => {
  const a = { shape: [2, 1, 3, 4], values: normals(24, 1) };
  const b = { shape: [5, 4, 2], values: normals(40, 2) };
  const { matmul } = await import('../../src/ops/matmul.js');
  const expected = await apply(matmul, [a, b]);
  const got = await apply((x, y) => einsum('...ij,...jk->...ik', [x, y]), [a, b]);
  expect(got).toBeAllclose(expected, { rtol: 1e-4, atol: 1e-5 });
  expect(einsum('ba', [input('x', [2, 3])]).shape).toEqual([3, 2]);
  expect(einsum('...ba', [input('x', [7, 2, 3])]).shape).toEqual([7, 3, 2]);
});

test('letters that do not fit are refused', () => {
  const [x, y] = [input('x', [2, 3]), input('y', [4, 5])];
  expect(() => einsum('ab,bc->ac', [x, y])).toThrow(
    'einsum: expected one length for b, got 3 and 4.',
  );
  expect(() => einsum('ab->ac', [x])).toThrow('each letter of the result once and in some operand');
  expect(() => einsum('abc->a', [x])).toThrow("one letter per axis, got 'abc->a' for [2,3].");
  expect(() => einsum('ab,cd->a', [x])).toThrow('one term per operand');
  expect(() => einsum('a1->a', [x])).toThrow('one letter per axis');
  expect(() => einsum('aa->a', [x])).toThrow('equal lengths for a, got 2 and 3');
});
