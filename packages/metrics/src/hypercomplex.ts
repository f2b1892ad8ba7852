/**
 * Products of hypercomplex numbers by the Cayley-Dickson doubling that Q2n uses:
 * (a, b)(c, d) = (a c - d* b, a* d* + c b*), where * is the conjugate.
 */

const tables = new Map<number, Int8Array>();

/**
 * The multiplication table of `size` units (a power of two): e_i e_j = sign[i*size + j] e_(i xor j).
 */
export function productSigns(size: number): Int8Array {
  const known = tables.get(size);
  if (known) return known;
  let table: Int8Array = Int8Array.of(1);
  for (let half = 1; half < size; half *= 2) table = doubled(table, half);
  tables.set(size, table);
  return table;
}

/** The table of 2*half units from that of half: conjugation turns every sign but the first. */
function doubled(table: Int8Array, half: number): Int8Array {
  const size = 2 * half;
  const next = new Int8Array(size * size);
  const conjugate = (i: number) => (i === 0 ? 1 : -1);
  for (let i = 0; i < half; i++) {
    for (let j = 0; j < half; j++) {
      const straight = table[i * half + j];
      const swapped = table[j * half + i];
      next[i * size + j] = straight;
      next[i * size + j + half] = conjugate(i) * conjugate(j) * straight;
      next[(i + half) * size + j] = conjugate(i) * swapped;
      next[(i + half) * size + j + half] = -conjugate(j) * swapped;
    }
  }
  return next;
}
