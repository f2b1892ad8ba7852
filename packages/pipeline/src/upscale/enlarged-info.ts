/** What is known of a raster that was made larger. */

import { affine, type RasterInfo } from '@bandweave/image';

/** Offsets and scales of lines and samples in TIFF's list of RPC coefficients. */
const RPC = { lineOffset: 2, sampleOffset: 3, lineScale: 7, sampleScale: 8 } as const;

/** The same ground with smaller pixels: transform, control points and RPC follow. */
export function enlargedInfo(info: RasterInfo, scale: number): RasterInfo {
  const { transform, gcps, rpc, ...rest } = info;
  return {
    ...rest,
    height: info.height * scale,
    width: info.width * scale,
    ...(transform && { transform: affine.compose(transform, [1 / scale, 0, 0, 0, 1 / scale, 0]) }),
    ...(gcps && { gcps: gcps.map(([col, row, ...at]) => [col * scale, row * scale, ...at]) }),
    ...(rpc && { rpc: rpc.map((value, i) => enlargedRpc(value, i, scale)) }),
  };
}

/** RPC count from pixel centres. */
function enlargedRpc(value: number, at: number, scale: number): number {
  if (at === RPC.lineScale || at === RPC.sampleScale) return value * scale;
  if (at === RPC.lineOffset || at === RPC.sampleOffset) return (value + 0.5) * scale - 0.5;
  return value;
}
