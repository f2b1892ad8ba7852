/**
 * The clusters of training images between epochs, as the authors keep them: found anew in the first
 * epoch, begun from the last ones ever more rarely, and used as they are in between. It needs images
 * that return as they were: patches on a fixed grid, not drawn or turned at random.
 */

import { GraphError } from '@bandweave/graph';

/** `image` finds clusters, `again` begins with those of before, `given` keeps them. */
export type EpochClustering = 'image' | 'again' | 'given';

/** How an epoch, counted from 1, comes to its clusters. */
export function clusteringOfEpoch(epoch: number): EpochClustering {
  if (epoch <= 1) return 'image';
  const every = epoch <= 10 ? 1 : epoch <= 100 ? 10 : epoch <= 300 ? 20 : 50;
  return epoch % every === 0 ? 'again' : 'given';
}

export interface AssignmentCache {
  /** Keeps the clusters of a batch, level by level [images · pixels], a byte each. */
  write(images: readonly number[], levels: readonly ArrayLike<number | bigint>[]): void;
  /**
   * Those of a batch, level by level int64 [images · pixels], as `given` and `again` take them.
   *
   * @throws GraphError where an image was never written
   */
  read(images: readonly number[]): readonly BigInt64Array[];
}

/** Holds 1.3 bytes a pixel of each image. */
export function createAssignmentCache(): AssignmentCache {
  const kept = new Map<number, readonly Uint8Array[]>();
  return {
    write(images, levels) {
      for (const [i, image] of images.entries()) {
        const own = levels.map((level) => {
          const n = level.length / images.length;
          return Uint8Array.from({ length: n }, (_, p) => Number(level[i * n + p]));
        });
        kept.set(image, own);
      }
    },
    read(images) {
      const own = images.map((image) => {
        const levels = kept.get(image);
        if (levels) return levels;
        throw new GraphError(
          `cannet: expected clusters of image ${image} from an epoch before, got none; cluster it first.`,
        );
      });
      return own[0].map((_, level) => {
        const parts = own.map((levels) => levels[level]);
        const all = new BigInt64Array(parts.reduce((sum, { length }) => sum + length, 0));
        let at = 0;
        for (const part of parts) for (const k of part) all[at++] = BigInt(k);
        return all;
      });
    },
  };
}
