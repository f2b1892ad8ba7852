/** Where pixels of the fused grid lie in another raster. */

import { affine, type RasterInfo } from '@bandweave/image';

/** source = scale * fused + shift, in pixels counted from the outer corner of the first. */
export interface AxisPlace {
  readonly scale: number;
  readonly shift: number;
}

export interface Place {
  readonly rows: AxisPlace;
  readonly cols: AxisPlace;
}

/** PAN pixels a MS pixel and where MS begins, [rows, columns], as `fuse` reports them. */
export interface FoundGeometry {
  readonly ratio: readonly [number, number];
  readonly offset: readonly [number, number];
}

/**
 * From the two transforms where both files have one and their axes run alike; else from the
 * geometry given; else from the sizes alone.
 */
export function placeOf(
  source: Pick<RasterInfo, 'height' | 'width' | 'transform'>,
  fused: Pick<RasterInfo, 'height' | 'width' | 'transform'>,
  geometry?: FoundGeometry,
): Place {
  if (source.transform && fused.transform) {
    const [a, b, c, d, e, f] = affine.compose(affine.invert(source.transform), fused.transform);
    if (Math.abs(b) < 1e-6 * Math.abs(a) && Math.abs(d) < 1e-6 * Math.abs(e)) {
      return { rows: { scale: e, shift: f }, cols: { scale: a, shift: c } };
    }
  }
  if (geometry) {
    const axis = (k: 0 | 1): AxisPlace => ({
      scale: 1 / geometry.ratio[k],
      shift: -geometry.offset[k] / geometry.ratio[k],
    });
    return { rows: axis(0), cols: axis(1) };
  }
  return {
    rows: { scale: source.height / fused.height, shift: 0 },
    cols: { scale: source.width / fused.width, shift: 0 },
  };
}
