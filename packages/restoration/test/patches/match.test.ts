import { expect, test } from 'vitest';
import { keyCoordinates, Matcher, patchGrid, publishedStep } from '../../src/index.js';
import { noisy, shapes } from '../random.js';

test('key patches stand every few pixels, and densely at the end', () => {
  expect([...keyCoordinates(10, 3)]).toEqual([0, 3, 6, 9]);
  expect([...keyCoordinates(11, 3)]).toEqual([0, 3, 6, 9, 10]);
  expect([...keyCoordinates(12, 3)]).toEqual([0, 3, 6, 9, 10, 11]);
  expect([...keyCoordinates(2, 1)]).toEqual([0, 1]);
  expect([4, 5, 6, 7, 8, 9].map(publishedStep)).toEqual([1, 1, 2, 2, 3, 3]);
});

test.each(['noisy', 'flat'])(
  'matches of a %s picture are those of comparing every pair',
  (kind) => {
    const side = 4;
    const picture = noisy(shapes(20), 10);
    if (kind === 'flat') picture.data.fill(80);
    const { height, width, data } = picture;
    const grid = patchGrid(height, width, side);
    const keyCols = keyCoordinates(grid.cols, 3);
    const [search, count] = [5, 12];
    const matcher = new Matcher(picture, { grid, keyCols, search, count });
    matcher.load(0, picture.height);
    const distance = (a: readonly number[], b: readonly number[]) => {
      let sum = 0;
      for (let band = 0; band < 3; band++) {
        for (let i = 0; i < side; i++) {
          for (let j = 0; j < side; j++) {
            const at = ([r, c]: readonly number[]) => (band * height + r + i) * width + c + j;
            sum += (data[at(a)] - data[at(b)]) ** 2;
          }
        }
      }
      return sum;
    };
    for (const row of [0, 9, grid.rows - 1]) {
      const out = new Int32Array(keyCols.length * count);
      const counts = new Int32Array(keyCols.length);
      matcher.row(row, out, { stride: count, counts });
      keyCols.forEach((col, k) => {
        const all: { readonly index: number; readonly d: number }[] = [];
        for (let c = Math.max(0, col - search); c <= Math.min(grid.cols - 1, col + search); c++) {
          for (let r = Math.max(0, row - search); r <= Math.min(grid.rows - 1, row + search); r++) {
            all.push({ index: c * grid.rows + r, d: distance([row, col], [r, c]) });
          }
        }
        const best = all.sort((a, b) => a.d - b.d || a.index - b.index).slice(0, count);
        expect(counts[k]).toBe(Math.min(count, all.length));
        expect([...out.slice(k * count, k * count + counts[k])]).toEqual(best.map((b) => b.index));
      });
    }
  },
);
