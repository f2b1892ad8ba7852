/** The made scene as files, so that the demo takes the road that a user's own pair takes. */

import { join } from 'node:path';
import { findSensor, type Raster, type RasterInfo, type Transform } from '@bandweave/image';
import { syntheticScene } from '@bandweave/image/synthetic';
import { writeRaster } from '@bandweave/pipeline';

/** WorldView-3: eight bands, ratio 4, a published MTF. */
export const DEMO_SENSOR = findSensor('worldview-3');

/** Somewhere in UTM zone 32N: any place will do. */
const EAST = 500_000;
const NORTH = 5_400_000;

/** Writes pan.tif, ms.tif and truth.tif into `folder` and returns the scene with their paths. */
export async function makeSceneFiles(
  folder: string,
  { side, seed }: { readonly side: number; readonly seed: number },
) {
  const scene = syntheticScene({
    height: side,
    width: side,
    sensor: DEMO_SENSOR,
    seed,
    pixelSize: 0.31,
  });
  const paths = {
    pan: join(folder, 'pan.tif'),
    ms: join(folder, 'ms.tif'),
    truth: join(folder, 'truth.tif'),
  };
  const { bandNames } = scene;
  const write = (
    path: string,
    raster: Raster,
    facts: Pick<RasterInfo, 'transform' | 'bandNames'>,
  ) => writeRaster(path, { raster, info: infoOf(raster, facts) }, { compression: 'deflate' });
  await write(paths.pan, scene.pan, { transform: placed(scene.panTransform), bandNames: ['PAN'] });
  await write(paths.ms, scene.ms, { transform: placed(scene.msTransform), bandNames });
  await write(paths.truth, scene.truth, { transform: placed(scene.panTransform), bandNames });
  return { scene, paths };
}

function placed([a, b, c, d, e, f]: Transform): Transform {
  return [a, b, c + EAST, d, e, f + NORTH];
}

function infoOf(raster: Raster, facts: Pick<RasterInfo, 'transform' | 'bandNames'>): RasterInfo {
  const { bands, height, width } = raster;
  return {
    bands,
    height,
    width,
    dataType: 'uint16',
    bits: DEMO_SENSOR.bits,
    maskKind: 'none',
    colors: facts.bandNames.map((_, i) => (bands === 1 || i === 0 ? 'gray' : 'undefined')),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    crs: { epsg: 32632, name: 'WGS 84 / UTM zone 32N' },
    metadata: {},
    ...facts,
  };
}
