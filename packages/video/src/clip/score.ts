/** What CLIP says of a clip: do its frames agree, and with the prompt? Wu et al. 2023. */

import { InputError } from '@bandweave/image';

/** Rows of embeddings [count, width], of any length each. */
export interface Embeddings {
  readonly data: ArrayLike<number>;
  readonly width: number;
}

const countOf = ({ data, width }: Embeddings) => data.length / width;

/** Cosines of every row of `a` with every row of `b` [rows of a, rows of b]; -1 to 1. */
export function cosines(a: Embeddings, b: Embeddings): Float64Array {
  if (a.width !== b.width) {
    throw new InputError(
      `cosines: expected embeddings of one width, got ${a.width} and ${b.width}; take both from one model.`,
    );
  }
  const { width } = a;
  const [rows, columns] = [countOf(a), countOf(b)];
  const out = new Float64Array(rows * columns);
  const norms = [a, b].map((e) => lengths(e));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let dot = 0;
      for (let k = 0; k < width; k++) dot += a.data[i * width + k] * b.data[j * width + k];
      out[i * columns + j] = dot / (norms[0][i] * norms[1][j]);
    }
  }
  return out;
}

function lengths(e: Embeddings): Float64Array {
  return Float64Array.from({ length: countOf(e) }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < e.width; k++) sum += e.data[i * e.width + k] ** 2;
    return Math.sqrt(sum);
  });
}

export interface ConsistencyOptions {
  /** All pairs of different frames, as Tune-A-Video defines it, or neighbours only. */
  readonly pairs?: 'all' | 'adjacent';
}

/**
 * Mean cosine between frames' embeddings; 1 is best, and what one frame alone has. Times 100 it is
 * what we take the paper's FCI to be (our reading).
 */
export function frameConsistency(
  frames: Embeddings,
  { pairs = 'all' }: ConsistencyOptions = {},
): number {
  const n = countOf(frames);
  if (n < 2) return 1;
  const all = cosines(frames, frames);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    const stop = pairs === 'all' ? n : Math.min(n, i + 2);
    for (let j = i + 1; j < stop; j++) {
      sum += all[i * n + j];
      count += 1;
    }
  }
  return sum / count;
}

/** Mean cosine between frames and each prompt [prompts]; higher is better, about 0.2 to 0.35. */
export function textualAlignment(frames: Embeddings, prompts: Embeddings): Float64Array {
  const table = cosines(frames, prompts);
  const [rows, columns] = [countOf(frames), countOf(prompts)];
  return Float64Array.from({ length: columns }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += table[i * columns + j];
    return sum / rows;
  });
}
