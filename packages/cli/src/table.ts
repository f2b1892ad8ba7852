/** Tables for people: columns in line, numbers to the right. */

export type Cell = string | number;

/**
 * Rows under a header with a rule between; a column whose cells are all numbers is set right.
 *
 * @param digits decimals of a number that is not whole
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  { digits = 4 }: { readonly digits?: number } = {},
): string {
  const numeric = header.map((_, i) => rows.every((row) => typeof row[i] === 'number'));
  const right = numeric.map((is) => is && rows.length > 0);
  // A column with one broken number shows all with as many decimals.
  const whole = header.map((_, i) => rows.every((row) => Number.isInteger(row[i])));
  const text = rows.map((row) => row.map((cell, i) => format(cell, whole[i] ? 0 : digits)));
  const width = header.map((name, i) =>
    Math.max(name.length, ...text.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (right[i] ? cell.padStart(width[i]!) : cell.padEnd(width[i]!)))
      .join('  ')
      .trimEnd();
  const rule = width.map((n) => '-'.repeat(n)).join('  ');
  return [line(header), rule, ...text.map(line)].join('\n');
}

function format(cell: Cell, digits: number): string {
  if (typeof cell === 'string') return cell;
  return Number.isFinite(cell) ? cell.toFixed(digits) : String(cell);
}
