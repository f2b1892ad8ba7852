/** Results on stdout. */

/**
 * JSON for machines; a number that JSON cannot hold (NaN, infinity) is written as its name,
 * so that nobody mistakes a missing figure for a zero.
 */
export function printJson(value: unknown): void {
  const readable = (_: string, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
  process.stdout.write(`${JSON.stringify(value, readable, 2)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
