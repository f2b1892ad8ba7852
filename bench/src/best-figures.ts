/** The best figure of each index in the tables that `bench:quality` writes. */

export interface BestFigure {
  readonly value: number;
  readonly method: string;
}

/** Indices by the head of their column; whether more is better. */
const COLUMNS: Readonly<Record<string, { readonly key: string; readonly more: boolean }>> = {
  Q2n: { key: 'q2n', more: true },
  SAM: { key: 'sam', more: false },
  ERGAS: { key: 'ergas', more: false },
  PSNR: { key: 'psnr', more: true },
  HQNR: { key: 'hqnr', more: true },
};

/** By scene and index, over all methods of the page's tables. */
export function bestFigures(page: string): Map<string, Map<string, BestFigure>> {
  const [, tables = ''] = /<!-- quality: begin -->(.*?)<!-- quality: end -->/s.exec(page) ?? [];
  const best = new Map<string, Map<string, BestFigure>>();
  let scene = '';
  let heads: readonly string[] = [];
  for (const line of tables.split('\n')) {
    if (line.startsWith('### ')) scene = line.slice(4).trim();
    if (!line.startsWith('| ')) continue;
    const cells = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.replace(/\*\*|<\/?u>|\\/g, '').trim());
    const [method = '', ...figures] = cells;
    if (method === 'method') {
      heads = figures.map((head) => head.split(' ')[0] ?? '');
      continue;
    }
    const known = best.get(scene) ?? new Map<string, BestFigure>();
    best.set(scene, known);
    figures.forEach((figure, i) => {
      const column = COLUMNS[heads[i] ?? ''];
      const value = Number.parseFloat(figure);
      if (!column || !Number.isFinite(value)) return;
      const before = known.get(column.key);
      const better = !before || (column.more ? value > before.value : value < before.value);
      if (better) known.set(column.key, { value, method });
    });
  }
  return best;
}
