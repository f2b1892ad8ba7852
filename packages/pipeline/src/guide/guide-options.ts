/** What fusion with a guide of several bands is asked for besides the options of `fuse`. */

export interface GuideOptions {
  /**
   * Where a band's PAN comes from: `synthesise` takes the sum of guide bands that fits it best,
   * `select` the guide band that it correlates with most. `synthesise` by default.
   */
  readonly guide?: 'synthesise' | 'select';
  /**
   * Gain of the coarse sensor's MTF at its Nyquist frequency; by default the one of a few under
   * which the guide explains the coarse bands best.
   */
  readonly mtfGain?: number;
  /** Of `cnmf`: a sensor or a file of responses; estimated from the pair by default. */
  readonly response?: string;
  /** File of the cube's wavelengths, where it does not state them. */
  readonly wavelengths?: string;
  /** Of `cnmf`: spectra that pixels are mixed of; 30 by default. */
  readonly endmembers?: number;
}

/** How the guide explains the bands. */
export interface GuideSummary {
  readonly guide: 'synthesise' | 'select';
  readonly mtfGain: number;
  /** Where it was needed: one row a guide band, one weight a band of the cube. */
  readonly response?: readonly (readonly number[])[];
  readonly bands: readonly {
    /** Of each guide band in this band's PAN. */
    readonly weights: readonly number[];
    readonly offset: number;
    /** Correlation of that PAN with the band, at its own resolution. */
    readonly correlation: number;
  }[];
}
