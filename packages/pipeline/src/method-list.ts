/** Every fusion method, for lists and help. */

import { METHODS } from '@bandweave/fusion';
import { NETWORK_LIST } from '@bandweave/models/network-list';

export interface MethodInfo {
  /** As `fuse` takes it. */
  readonly name: string;
  /** A network needs a file of weights; a method of cubes looks at the whole scene (`fuse-hs`). */
  readonly kind: 'classical' | 'network' | 'cube';
  readonly title: string;
  /** Who published it. */
  readonly source: string;
}

export const methods: readonly MethodInfo[] = [
  ...METHODS.map(({ name, title, source }) => ({
    name,
    kind: 'classical' as const,
    title,
    source,
  })),
  ...NETWORK_LIST.map(({ name, title, source }) => ({
    name,
    kind: 'network' as const,
    title,
    source,
  })),
  {
    name: 'cnmf',
    kind: 'cube',
    title: 'Coupled non-negative matrix factorisation',
    source: 'Yokoya, Yairi, Iwasaki 2012',
  },
];
