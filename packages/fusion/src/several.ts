/**
 * Several methods as one, for what starts from more than one classical result: their images one
 * after the other, from the same windows and one pass of statistics.
 */

import { InputError } from '@bandweave/image';
import type { FusionMethod, FusionWindow, Patch, Scene } from './method.js';
import { findMethod } from './methods.js';

/** Between the names of methods. */
const AND = '+';

/** The names that `a+b+c` is made of. */
export const namesOf = (names: string): readonly string[] => names.split(AND);

/**
 * The method of a name, or of several joined by `+`: `fuse` then writes
 * [names · bands, height, width], all bands of the first method first.
 *
 * @throws InputError where one is not known, or needs more than one pass or more than PAN around a
 * window
 */
export function severalMethods(names: string): FusionMethod {
  const methods = namesOf(names).map(findMethod);
  for (const method of methods) check(method, names);
  const [first, ...others] = methods;
  if (others.length === 0) return first;
  const other = others.find(({ panBorder }) => panBorder !== first.panBorder);
  if (other) {
    throw new InputError(
      `${names}: expected methods that continue PAN alike at its border, got ${first.name} and ${other.name}; leave one out.`,
    );
  }
  const sizes = (scene: Scene) => methods.map(({ statistics }) => statistics?.size(scene) ?? 0);
  /** Each method's own part of the sums. */
  const parts = (sums: Float64Array, scene: Scene) => {
    let at = 0;
    return sizes(scene).map((size) => {
      at += size;
      return sums.subarray(at - size, at);
    });
  };
  return {
    name: names,
    title: methods.map(({ title }) => title).join('; '),
    source: methods.map(({ source }) => source).join('; '),
    panMargin: (scene) => Math.max(...methods.map((method) => method.panMargin(scene))),
    panBorder: first.panBorder,
    statistics: {
      size: (scene) => sizes(scene).reduce((a, b) => a + b, 0),
      add(window, scene, sums) {
        const own = parts(sums, scene);
        methods.forEach((method, i) => {
          method.statistics?.add(narrowed(window, method.panMargin(scene)), scene, own[i]);
        });
      },
      merge(into, part, scene) {
        const [to, from] = [parts(into, scene), parts(part, scene)];
        methods.forEach(({ statistics }, i) => {
          if (statistics?.merge) statistics.merge(to[i], from[i], scene);
          else for (let k = 0; k < to[i].length; k++) to[i][k] += from[i][k];
        });
      },
      solve(sums, scene) {
        const own = parts(sums, scene);
        return methods.map(({ statistics }, i) => statistics?.solve(own[i].slice(), scene) ?? null);
      },
    },
    fuse(window, scene, parameters, out) {
      const size = scene.bands * window.height * window.width;
      methods.forEach((method, i) => {
        const target = out.subarray(i * size, (i + 1) * size) as typeof out;
        const own = (parameters as readonly unknown[])[i];
        method.fuse(narrowed(window, method.panMargin(scene)), scene, own, target);
      });
    },
  };
}

function check(method: FusionMethod, names: string): void {
  const { refinement, extent, expMargin, msMargin } = method;
  if (!refinement && extent !== 'scene' && !expMargin && !msMargin) return;
  throw new InputError(
    `${names}: expected methods that look at a scene once and at PAN alone around a window, got ${method.name}; try mtf-glp-fs.`,
  );
}

/** The window with no more of PAN around it than a method asks for. */
function narrowed(window: FusionWindow, margin: number): FusionWindow {
  const { panAround, rows, cols } = window;
  const skip = rows.start - panAround.row - margin;
  if (skip === 0) return window;
  const height = rows.end - rows.start + 2 * margin;
  const width = cols.end - cols.start + 2 * margin;
  const at = { row: rows.start - margin, col: cols.start - margin, height, width };
  return { ...window, panAround: cut(panAround, at) };
}

function cut(
  patch: Patch,
  { row, col, height, width }: { row: number; col: number; height: number; width: number },
): Patch {
  const rowsOf = <T extends Patch['data'] | Uint8Array>(from: T): T => {
    const out = new (from.constructor as new (length: number) => T)(height * width);
    for (let y = 0; y < height; y++) {
      const start = (row - patch.row + y) * patch.width + col - patch.col;
      out.set(from.subarray(start, start + width), y * width);
    }
    return out;
  };
  const mask = patch.mask && rowsOf(patch.mask);
  return {
    data: rowsOf(patch.data),
    bands: patch.bands,
    row,
    col,
    height,
    width,
    ...(mask ? { mask } : {}),
  };
}
