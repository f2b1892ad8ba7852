import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RasterInfo } from '@bandweave/image';
import { afterAll, describe, expect, test } from 'vitest';
import { readResponse } from '../../src/response/read-response.js';

const folder = mkdtempSync(join(tmpdir(), 'bandweave-response-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const cube = (wavelengths?: readonly number[]) => ({
  name: 'cube.hdr',
  info: { bands: 3, ...(wavelengths ? { wavelengths } : {}) } as RasterInfo,
});
const known = cube([450, 550, 650]);

describe('a response is read', () => {
  test('from JSON of named curves, some columns of it', async () => {
    const curves = {
      wavelength_nm: [400, 700],
      columns: [
        [1, 1],
        [0, 0],
        [1, 0],
      ],
    };
    const path = file('srf.json', JSON.stringify({ one: curves, two: [[1]] }));
    const { names, weights } = await readResponse({ response: `${path},name=one,band=1+3` }, known);
    expect(names).toEqual(['band 1', 'band 3']);
    expect(weights[0][0]).toBeCloseTo(1 / 3, 6);
    expect(weights[1][0]).toBeGreaterThan(weights[1][2]);
  });

  test('from CSV with wavelengths, and from a bare matrix scaled to sums of one', async () => {
    const csv = file('srf.csv', 'wavelength,red\n600,0\n640,1\n660,1\n700,0\n');
    const red = await readResponse({ response: csv }, known);
    expect(red.names).toEqual(['red']);
    expect(red.weights[0][2]).toBeCloseTo(1, 1);
    const matrix = file('matrix.csv', '1 0\n1 0\n2 5\n');
    expect((await readResponse({ response: matrix }, cube())).weights).toEqual([
      [0.25, 0.25, 0.5],
      [0, 0, 1],
    ]);
  });

  test('of a sensor, with wavelengths from a file', async () => {
    const nm = file('nm.txt', '480\n550\n660\n');
    const { names } = await readResponse(
      { response: 'ikonos,band=1+2+3', wavelengths: nm },
      cube(),
    );
    expect(names.length).toBe(3);
  });
});

test.each([
  ['nothing.csv', {}, /expected a sensor that bandweave sensors lists or a file, got neither/],
  ['ikonos', {}, /expected the wavelengths of its bands, got none/],
  ['ikonos,band=x', {}, /expected FILE,name=NAME or FILE,band=N\+M/],
])('%s is refused in one line', async (response, more, message) => {
  await expect(readResponse({ response, ...more }, cube())).rejects.toThrow(message);
});

test('broken files are refused in one line', async () => {
  const short = file('short.csv', '1 2\n3 4\n');
  await expect(readResponse({ response: short }, known)).rejects.toThrow(/a row for each of the 3/);
  const odd = file('odd.json', '{"a": {}, "b": {}}');
  await expect(readResponse({ response: odd }, known)).rejects.toThrow(/expected one of a, b/);
  const broken = file('broken.json', '{"a": ');
  await expect(readResponse({ response: broken }, known)).rejects.toThrow(/expected JSON/);
});
