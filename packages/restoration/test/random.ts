/** Random numbers for tests: the same every time. */

/** Uniform in -1..1 from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** Normal with deviation 1 (Box, Muller). */
export function normal(seed: number): () => number {
  const next = random(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log((next() + 1) / 2 + 2 ** -40));
    return radius * Math.cos(Math.PI * next());
  };
}

/** A picture of shapes and soft colours, samples 0..255, [3, side, side]. */
export function shapes(side: number) {
  const data = new Float64Array(3 * side * side);
  for (let band = 0; band < 3; band++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const soft = 90 + 40 * Math.sin((x + 2 * y + 20 * band) / 9);
        const round = Math.hypot(x - side / 3, y - side / 2) < side / 4 ? 70 - 45 * band : 0;
        const bar = x > (3 * side) / 4 ? 35 * band : 0;
        data[(band * side + y) * side + x] = soft + round + bar;
      }
    }
  }
  return { bands: 3, height: side, width: side, data };
}

/** The same with Gaussian noise. */
export function noisy(picture: ReturnType<typeof shapes>, sigma: number, seed = 7) {
  const next = normal(seed);
  return { ...picture, data: picture.data.map((value) => value + sigma * next()) };
}

/** 10 log10(255²/MSE). */
export function decibels(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return 10 * Math.log10((255 * 255 * a.length) / sum);
}
