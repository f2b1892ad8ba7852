/** The text header of an ENVI raster: `key = value` lines, lists in braces. */

import { InputError } from '@bandweave/image';

export type EnviHeader = ReadonlyMap<string, string>;

/** Headers of imaging spectrometers have some thousand figures; more is no header. */
export const LONGEST_HEADER = 1 << 22;

/** True for the first bytes of a header. */
export function isEnviHeader(head: Uint8Array): boolean {
  return /^\s*ENVI\s/.test(new TextDecoder('latin1').decode(head.subarray(0, 16)));
}

/** Keys in lower case with single spaces; values without their braces. */
export function parseHeader(name: string, text: string): EnviHeader {
  if (!/^\s*ENVI\b/.test(text)) {
    throw new InputError(
      `${name}: expected an ENVI header that begins with ENVI, got other text; name the .hdr that belongs to the image.`,
    );
  }
  const fields = new Map<string, string>();
  const lines = text.replace(/^\s*ENVI/, '').split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].trim();
    const equals = line.indexOf('=');
    if (line === '' || line.startsWith(';') || equals < 1) continue;
    const key = line.slice(0, equals).trim().toLowerCase().replace(/\s+/g, ' ');
    let value = line.slice(equals + 1).trim();
    if (value.startsWith('{')) {
      while (!value.includes('}')) {
        if (++i >= lines.length) {
          throw new InputError(
            `${name}: expected } after ${key}, got the end of the header; complete the file.`,
          );
        }
        value += ` ${lines[i].trim()}`;
      }
      value = value.slice(1, value.indexOf('}')).trim();
    }
    fields.set(key, value);
  }
  return fields;
}

/** The parts of a list, trimmed. */
export function listOf(header: EnviHeader, key: string): string[] {
  const value = header.get(key);
  return value ? value.split(',').map((part) => part.trim()) : [];
}

/** A whole number of a key, within bounds. */
export function wholeNumber(
  name: string,
  header: EnviHeader,
  { key, least, most, absent }: { key: string; least: number; most: number; absent?: number },
): number {
  const text = header.get(key);
  if (text === undefined && absent !== undefined) return absent;
  const value = Number(text);
  if (text !== undefined && Number.isInteger(value) && value >= least && value <= most)
    return value;
  throw new InputError(
    `${name}: expected '${key}' from ${least} to ${most}, got ${text ?? 'no such line'}; correct the header.`,
  );
}
