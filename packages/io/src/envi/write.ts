/** ENVI written: samples in one file, the header beside them. */

import { InputError, type RasterInfo, type RasterSink } from '@bandweave/image';
import { stridedSink } from '../arrays/strided-sink.js';
import { temporaryFile } from '../arrays/temporary-file.js';
import { formatMapInfo } from './map-info.js';
import { type Interleave, stridesOf, TYPES } from './types.js';

export interface EnviOptions {
  /** 'bsq' by default: band after band. */
  readonly interleave?: Interleave;
}

/** Where header and samples go for a name that may be either's. */
export function enviPaths(path: string): { readonly header: string; readonly data: string } {
  const stem = path.replace(/\.(hdr|img|dat|bsq|bil|bip)$/i, '');
  return { header: `${stem}.hdr`, data: path.endsWith('.hdr') ? `${stem}.img` : path };
}

/**
 * Starts header and samples under temporary names.
 *
 * @throws InputError for int8, which ENVI does not have
 */
export async function createEnvi(
  path: string,
  info: RasterInfo,
  { interleave = 'bsq' }: EnviOptions = {},
): Promise<RasterSink> {
  const code = Object.entries(TYPES).find(([, type]) => type === info.dataType)?.[0];
  if (!code) {
    throw new InputError(
      `${path}: expected a sample type that ENVI has, got ${info.dataType}; write it with --type int16.`,
    );
  }
  const { header, data } = enviPaths(path);
  const text = await temporaryFile(header);
  try {
    await text.write(new TextEncoder().encode(formatHeader(info, { code, interleave })), 0);
    const sink = await stridedSink(data, info, {
      head: new Uint8Array(),
      strides: stridesOf(interleave, info),
      order: 'little',
      beforeFinish: () => text.finish(),
    });
    return {
      ...sink,
      abort: async () => {
        await sink.abort();
        await text.abort();
      },
    };
  } catch (error) {
    await text.abort();
    throw error;
  }
}

function formatHeader(
  info: RasterInfo,
  { code, interleave }: { code: string; interleave: string },
): string {
  const lines = [
    'ENVI',
    `description = {${clean(info.metadata.description ?? 'written by Bandweave')}}`,
    `samples = ${info.width}`,
    `lines = ${info.height}`,
    `bands = ${info.bands}`,
    'header offset = 0',
    'file type = ENVI Standard',
    `data type = ${code}`,
    `interleave = ${interleave}`,
    'byte order = 0',
  ];
  const place = formatMapInfo(info.transform, info.crs);
  const list = (key: string, values: readonly (string | number)[] | undefined) => {
    if (values) lines.push(`${key} = {${values.join(', ')}}`);
  };
  if (place) lines.push(`map info = {${place}}`);
  if (info.nodata !== undefined) lines.push(`data ignore value = ${info.nodata}`);
  if (info.bandNames.some((name) => name !== '')) {
    list(
      'band names',
      info.bandNames.map((name, k) => clean(name) || `Band ${k + 1}`),
    );
  }
  if (info.wavelengths) lines.push('wavelength units = Nanometers');
  list('wavelength', info.wavelengths);
  list('fwhm', info.bandWidths);
  list(
    'bbl',
    info.goodBands?.map((good) => (good ? 1 : 0)),
  );
  list('data gain values', info.scales);
  list('data offset values', info.offsets);
  return `${lines.join('\n')}\n`;
}

/** Text without what would end a list or its part. */
function clean(text: string): string {
  return text.replace(/[{},\r\n]+/g, ' ').trim();
}
