/**
 * An implicit function of a pixel's surroundings: a small perceptron sees a coarse cell's features,
 * the guide's at the pixel and where the pixel lies; answers of four cells are blended.
 */

import {
  add,
  after,
  concat,
  conv2d,
  defaultBiasInit,
  mul,
  type Params,
  relu,
  reshape,
  slice,
  softmax,
  type Tensor,
} from '@bandweave/graph';
import { type Neighbour, type Rows, withBorder } from './neighbours.js';

export interface ImplicitOptions {
  readonly hidden: readonly number[];
  readonly answers: number;
  readonly neighbours: readonly Neighbour[];
  /** Places of the cell's, the guide's and the place's columns in the first layer. */
  readonly columns: {
    readonly cell: readonly (readonly [start: number, stop: number])[];
    readonly guide: readonly [start: number, stop: number];
    readonly place: readonly [start: number, stop: number];
  };
  /** Added to the relative place of a pixel: [1, 2, rows, W]. */
  readonly position?: (rows: Rows) => Tensor;
  /** Blocks of rows of the fine grid: what bounds memory. */
  readonly blocks: readonly Rows[];
}

/**
 * [b, answers - 1, H, W] from cells [b, c, h, w] and guide [b, g, H, W]. The perceptron's first
 * layer is linear, so the cells' part of it is worked out on the coarse grid and sampled after.
 */
export function implicitFunction(
  params: Params,
  { cells, guide }: { readonly cells: Tensor; readonly guide: Tensor },
  options: ImplicitOptions,
): Tensor {
  const { hidden, answers, neighbours, columns, position, blocks } = options;
  const inputs = columns.place[1];
  const [wide] = hidden;
  const weight = params.get('layers.0.weight', [wide, inputs]);
  const bias = params.get('layers.0.bias', [wide], defaultBiasInit(inputs));
  const part = ([start, stop]: readonly [number, number]) =>
    reshape(slice(weight, [{ axis: 1, start, stop }]), [wide, stop - start, 1, 1]);
  const ofCells = concat(columns.cell.map(part), { axis: 1 });
  const coarse = withBorder(conv2d(cells, ofCells));
  const ofPixel = concat([part(columns.guide), part(columns.place)], { axis: 1 });

  const answer = (neighbour: Neighbour, rows: Rows, around: Tensor) => {
    const place = neighbour.relative(rows);
    const where = position ? add(place, position(rows)) : place;
    const here = slice(guide, [{ axis: 2, ...rows }]);
    const pixel = concat([here, expandBatch(where, here)], { axis: 1 });
    let x = relu(add(conv2d(pixel, ofPixel, { bias }), neighbour.sample(around, rows)));
    for (let k = 1; k <= hidden.length; k++) {
      const last = k === hidden.length;
      const out = last ? answers : hidden[k];
      const from = x.shape[1];
      const w = params.get(`layers.${2 * k}.weight`, [out, from]);
      const b = params.get(`layers.${2 * k}.bias`, [out], defaultBiasInit(from));
      const y = conv2d(x, reshape(w, [out, from, 1, 1]), { bias: b });
      x = last ? y : relu(y);
    }
    return x;
  };
  // One block after the other: what is sampled for all of them would fill many planes.
  const parts: Tensor[] = [];
  for (const rows of blocks) {
    const around = after(coarse, parts.at(-1) ?? guide);
    parts.push(blend(neighbours.map((neighbour) => answer(neighbour, rows, around))));
  }
  return concat(parts, { axis: 2 });
}

/** The answers of the neighbours weighted by the softmax of their last channels. */
export function blend(answers: readonly Tensor[]): Tensor {
  const channels = answers[0].shape[1] - 1;
  const logits = answers.map((a) => slice(a, [{ axis: 1, start: channels }]));
  const weights = softmax(concat(logits, { axis: 1 }), { axis: 1 });
  return answers
    .map((a, k) =>
      mul(
        slice(a, [{ axis: 1, start: 0, stop: channels }]),
        slice(weights, [{ axis: 1, start: k, stop: k + 1 }]),
      ),
    )
    .reduce(add);
}

/** The same for every image of a batch. */
function expandBatch(x: Tensor, { shape: [batch] }: Tensor): Tensor {
  return batch === 1
    ? x
    : concat(
        Array.from({ length: batch }, () => x),
        { axis: 0 },
      );
}
