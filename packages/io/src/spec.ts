/**
 * How a raster is named on the command line: `file.tif`, `file.tif,band=3`, `file.tif,band=3+1`;
 * of a file with several arrays `file.h5,array=ms,index=0,layout=chw`.
 */

import { InputError } from '@bandweave/image';

export interface RasterSpec {
  readonly path: string;
  /** 0-based bands; undefined for all. */
  readonly bands?: readonly number[];
  /** Name of an array in a MAT, NPZ or HDF5 file. */
  readonly array?: string;
  /** 0-based, where that array holds several images. */
  readonly index?: number;
  /** What its dimensions are, by letter: n images, c bands, h rows, w columns. */
  readonly layout?: string;
}

const PART = /^(.*),(bands?|array|index|layout)=([^,]*)$/s;

/** Takes a name apart; an InputError where a part does not fit. */
export function parseSpec(spec: string): RasterSpec {
  let path = spec;
  const parts = new Map<string, string>();
  for (let match = PART.exec(path); match; match = PART.exec(path)) {
    const key = match[2].replace('bands', 'band');
    if (parts.has(key)) throw refuse(spec, `${key}= once`, 'it twice');
    path = match[1];
    parts.set(key, match[3]);
  }
  if (parts.size > 0 && path === '') throw refuse(spec, 'FILE before the comma', 'nothing');
  const array = parts.get('array');
  const layout = parts.get('layout');
  const index = parts.get('index');
  if (array === '') throw refuse(spec, 'a name after array=', 'nothing');
  if (index !== undefined && !/^\d{1,9}$/.test(index)) {
    throw refuse(spec, 'a number from 0 after index=', index || 'nothing');
  }
  return {
    path,
    ...(parts.has('band') ? { bands: bandList(spec, parts.get('band') as string) } : {}),
    ...(array === undefined ? {} : { array }),
    ...(index === undefined ? {} : { index: Number(index) }),
    ...(layout === undefined ? {} : { layout }),
  };
}

function bandList(spec: string, list: string): number[] {
  const bands = list
    .split('+')
    .map((text) => (/^[1-9]\d{0,4}$/.test(text) ? Number(text) - 1 : -1));
  if (bands.includes(-1)) {
    throw refuse(spec, 'FILE,band=N or FILE,band=N+M with N from 1', `band=${list}`);
  }
  return bands;
}

function refuse(spec: string, expected: string, got: string): InputError {
  return new InputError(`${spec}: expected ${expected}, got ${got}; see bandweave info FILE.`);
}

/** True for what is fetched and not opened. */
export function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}
