/** What goes between the main thread and its workers. */

import type { EncodedTile, Encodings } from './encode-area.js';
import type { Area, Job } from './job.js';

/** Sent by a worker after each evaluation of a network that samples. */
export const STEP_DONE = 'step';

export type WorkerTask =
  | {
      readonly kind: 'statistics';
      readonly job: Job;
      readonly area: Area;
      readonly first: unknown;
    }
  | {
      readonly kind: 'fuse';
      readonly job: Job;
      readonly area: Area;
      readonly parameters: unknown;
      readonly encodings: Encodings;
    };

/** Errors lose their class on the way between threads: those of the user travel as text. */
export type WorkerAnswer =
  | { readonly kind: 'sums'; readonly sums: Float64Array }
  | {
      readonly kind: 'fused';
      readonly tiles: readonly EncodedTile[];
      readonly uncertainty?: readonly EncodedTile[];
      readonly valid: number;
    }
  | { readonly kind: 'refused'; readonly message: string };
