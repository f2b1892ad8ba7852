/** A screen of facts: one a line, names in line. */

export type Field = readonly [name: string, value: string | undefined];

/** `name  value` a line; facts without a value are left out. */
export function fields(facts: readonly Field[]): string {
  const known = facts.filter(
    (fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '',
  );
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** Bytes as people read them. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
