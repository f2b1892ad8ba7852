/** Several rasters on one grid as one: Landsat comes as one file a band. */

import {
  allocate,
  type DataType,
  InputError,
  type Raster,
  type RasterInfo,
  type RasterSource,
  type ReadOptions,
  type Window,
} from '@bandweave/image';

/**
 * One source with the bands of all, in order. Each file's own nodata, mask or alpha counts; a pixel
 * is valid where it is valid in every file.
 *
 * @throws InputError where grids or sample types differ
 */
export function stackSources(sources: readonly RasterSource[]): RasterSource {
  const [first, ...others] = sources;
  if (!first) throw new InputError('ms: expected at least one raster, got none; name one.');
  if (others.length === 0) return first;
  for (const other of others) checkSameGrid(first, other);
  const bands = sources.reduce((sum, { info }) => sum + info.bands, 0);
  const dataType = first.info.dataType;
  const info: RasterInfo = {
    ...first.info,
    bands,
    maskKind: sources.find(({ info }) => info.maskKind !== 'none')?.info.maskKind ?? 'none',
    bandNames: sources.flatMap(({ info }) => info.bandNames),
    colors: sources.flatMap(({ info }) => info.colors),
  };
  const nodata = sources.find((source) => source.info.nodata !== undefined)?.info.nodata;
  return {
    name: sources.map(({ name }) => name).join(' + '),
    info: nodata === undefined ? info : { ...info, nodata },
    async read(window, options = {}) {
      return readStack(sources, window, { ...options, dataType });
    },
    async close() {
      await Promise.all(sources.map((source) => source.close()));
    },
  };
}

function checkSameGrid(first: RasterSource, other: RasterSource): void {
  const a = first.info;
  const b = other.info;
  if (a.width !== b.width || a.height !== b.height) {
    throw new InputError(
      `${other.name}: expected ${a.width}x${a.height} pixels like ${first.name}, got ${b.width}x${b.height}; resample it to the same grid first.`,
    );
  }
  const apart = (a.transform ?? []).some(
    (value, i) =>
      Math.abs(value - (b.transform?.[i] ?? value)) > 1e-6 * Math.max(1, Math.abs(value)),
  );
  if (apart) {
    throw new InputError(
      `${other.name}: expected the geotransform of ${first.name}, got another; resample it to the same grid first.`,
    );
  }
  if (a.dataType !== b.dataType) {
    throw new InputError(
      `${other.name}: expected samples of type ${a.dataType} like ${first.name}, got ${b.dataType}; convert one (bandweave convert --type).`,
    );
  }
}

async function readStack(
  sources: readonly RasterSource[],
  window: Window,
  { bands, signal, dataType }: ReadOptions & { readonly dataType: DataType },
): Promise<Raster> {
  const total = sources.reduce((sum, { info }) => sum + info.bands, 0);
  const wanted = bands ?? Array.from({ length: total }, (_, i) => i);
  const pixels = window.height * window.width;
  const data = allocate(dataType, wanted.length * pixels);
  let mask: Uint8Array | undefined;
  let before = 0;
  for (const source of sources) {
    const end = before + source.info.bands;
    const mine = wanted.flatMap((band, at) => (band >= before && band < end ? [{ band, at }] : []));
    const part = await source.read(window, {
      bands: mine.length > 0 ? mine.map(({ band }) => band - before) : [0],
      ...(signal ? { signal } : {}),
    });
    mine.forEach(({ at }, i) => {
      data.set(part.data.subarray(i * pixels, (i + 1) * pixels), at * pixels);
    });
    mask = meet(mask, part.mask);
    before = end;
  }
  const head = { bands: wanted.length, height: window.height, width: window.width, data };
  return mask ? { ...head, mask } : head;
}

function meet(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  if (!a || !b) return a ?? b;
  return a.map((value, i) => value & b[i]);
}
