/**
 * The networks that `fuse` runs, by name. Apart from their code, and importable as
 * `@bandweave/models/network-list`: what lists methods or fuses by a classical one should not
 * load the engine, which takes longer than a small fusion.
 */

export interface NetworkInfo {
  readonly name: string;
  readonly title: string;
  readonly source: string;
}

/** Sorted by name. */
export const NETWORK_INFO = {
  bandwise: {
    name: 'bandwise',
    title: 'Residual network for single bands on classical results',
    source: 'ours',
  },
  cannet: { name: 'cannet', title: 'CANNet', source: 'Duan, Wu, Deng et al. 2024' },
  cmt: { name: 'cmt', title: 'CMT', source: 'Shu, Cao, Deng et al. 2024' },
  feinfn: {
    name: 'feinfn',
    title: 'FeINFN',
    source: 'Liang, Cao, Deng et al. 2024',
  },
  fusionmamba: {
    name: 'fusionmamba',
    title: 'FusionMamba',
    source: 'Peng, Zhu, Deng et al. 2024',
  },
  fusionnet: {
    name: 'fusionnet',
    title: 'FusionNet',
    source: 'Deng, Vivone, Jin, Chanussot 2021',
  },
  lemamba: {
    name: 'lemamba',
    title: 'LE-Mamba',
    source: 'Cao et al. 2024',
  },
  pannet: {
    name: 'pannet',
    title: 'PanNet',
    source: 'Yang et al. 2017',
  },
  pnn: {
    name: 'pnn',
    title: 'PNN',
    source: 'Masi, Cozzolino, Verdoliva, Scarpa 2016',
  },
  rescnn: {
    name: 'rescnn',
    title: 'Residual network on a classical result',
    source: 'ours',
  },
  sbm: {
    name: 'sbm',
    title: 'SBM',
    source: 'Cao, Deng, Vivone et al. 2024',
  },
  ssdiff: {
    name: 'ssdiff',
    title: 'SSDiff',
    source: 'Zhong et al. 2024',
  },
} as const satisfies Record<string, NetworkInfo>;

export const NETWORK_LIST: readonly NetworkInfo[] = Object.values(NETWORK_INFO);
