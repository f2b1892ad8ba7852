/** What each band shows, worked out as GDAL does from photometric, extra samples and metadata. */

import type { ColorInterpretation } from '@bandweave/image';
import { PHOTOMETRIC } from './tags.js';

export interface ColorFacts {
  readonly bands: number;
  readonly photometric: number;
  /** Values of the ExtraSamples tag; undefined where it is absent. */
  readonly extraSamples: readonly number[] | undefined;
  /** GDAL's own statement a band, where the metadata hold one. */
  readonly stated: readonly (string | undefined)[];
}

const NAMES = new Set<string>(['undefined', 'gray', 'palette', 'red', 'green', 'blue', 'alpha']);
const RGB: readonly ColorInterpretation[] = ['red', 'green', 'blue'];

export function interpretColors(facts: ColorFacts): ColorInterpretation[] {
  return Array.from({ length: facts.bands }, (_, band) => {
    const stated = facts.stated[band]?.toLowerCase();
    if (stated !== undefined) {
      return NAMES.has(stated) ? (stated as ColorInterpretation) : 'undefined';
    }
    return fromTags(facts, band);
  });
}

function fromTags(facts: ColorFacts, band: number): ColorInterpretation {
  const { bands, photometric, extraSamples } = facts;
  const colored = photometric === PHOTOMETRIC.rgb || photometric === PHOTOMETRIC.ycbcr;
  if (colored && band < 3) return RGB[band];
  if (!colored && band === 0) {
    if (photometric === PHOTOMETRIC.palette) return 'palette';
    return photometric > PHOTOMETRIC.palette ? 'undefined' : 'gray';
  }
  if (extraSamples === undefined) return colored && band === 3 ? 'alpha' : 'undefined';
  const extra = extraSamples[band - (bands - extraSamples.length)];
  return extra === 1 || extra === 2 ? 'alpha' : 'undefined';
}
