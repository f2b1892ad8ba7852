/** What `denoise` and `deblur` say when they are done, and their page. */

import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { RestoreResult } from '@bandweave/pipeline';
import { print, printJson } from '../print.js';
import { version } from '../version.js';

export interface Restored {
  readonly result: RestoreResult;
  readonly report?: string;
}

/** One line, or JSON. */
export function printRestored(
  { result, report }: Restored,
  { json }: { readonly json?: true },
): void {
  if (json) {
    printJson(report === undefined ? result : { ...result, report });
    return;
  }
  const { output, width, height, bands, method, sigma, sigmaFrom, regions, seconds } = result;
  const parts = regions > 1 ? `, ${regions} regions` : '';
  print(
    `${output}: ${width} x ${height}, ${bands} bands by ${method} at sigma ${sigma.toFixed(2)} (${sigmaFrom})${parts}, ${seconds.toFixed(1)} s`,
  );
  if (report !== undefined) print(report);
}

/** Writes the page and returns its path; by default beside the output. */
export async function restoreReport(
  input: string,
  result: RestoreResult,
  where: string | true,
): Promise<string> {
  const [{ openRaster }, { renderRestoreReport }] = await Promise.all([
    import('@bandweave/io'),
    import('@bandweave/report'),
  ]);
  const path = where === true ? `${result.output.replace(/\.[^.]+$/, '')}.html` : where;
  const before = await openRaster(input);
  try {
    const after = await openRaster(result.output);
    try {
      const { method, sigma, sigmaFrom, seconds, peakRssMb, width, height, bands, norms } = result;
      const html = await renderRestoreReport({
        title: `${basename(result.output)} by ${method}`,
        subtitle: `${width} x ${height} pixels, ${bands} bands`,
        facts: [
          { label: 'Picture', value: input },
          { label: 'Method', value: method },
          { label: 'Noise', value: `${sigma.toFixed(2)} of 255, ${sigmaFrom}` },
          { label: 'Time', value: `${seconds.toFixed(1)} s` },
          { label: 'Memory', value: `${peakRssMb} MB` },
        ],
        before,
        after,
        ...(norms ? { norms } : {}),
        generator: `Bandweave ${version()}`,
      });
      await writeFile(path, html);
      return path;
    } finally {
      await after.close();
    }
  } finally {
    await before.close();
  }
}
