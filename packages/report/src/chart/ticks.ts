/** Round numbers for axes. */

/** Multiples of 1, 2, 2.5 or 5 times a power of ten inside [low, high], about `count` of them. */
export function ticks(low: number, high: number, count = 5): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999)!;
  const out: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    out.push(Number((k * step).toPrecision(12)));
  }
  return out;
}

/** A number as an axis shows it: 1 200, 0.05. */
export function tickLabel(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) return value.toLocaleString('en-GB').replace(/,/g, ' ');
  return String(Number(value.toPrecision(4)));
}
