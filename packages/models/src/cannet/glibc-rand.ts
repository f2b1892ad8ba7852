/** The C library's random numbers, which seeded the clustering that the weights were trained with. */

/** The first `count` values of `rand()` after `srand(seed)` in glibc: whole, below 2^31. */
export function glibcRand(seed: number, count: number): number[] {
  const last = 2 ** 31 - 1;
  const r = [seed];
  // Below 2^53: 16807 · 2^31 is 2^45.
  for (let i = 1; i <= 30; i++) r.push((16807 * r[i - 1]) % last);
  for (let i = 31; i < 34; i++) r.push(r[i - 31]);
  for (let i = 34; i < 344 + count; i++) r.push((r[i - 3] + r[i - 31]) % 2 ** 32);
  return r.slice(344).map((v) => Math.floor(v / 2));
}
