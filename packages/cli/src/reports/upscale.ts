/** What `upscale` says when it is done, and its page. */

import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { UpscaleResult } from '@bandweave/pipeline';
import { print, printJson } from '../print.js';
import { version } from '../version.js';

/** One line, or JSON. */
export function printUpscaled(
  { result, report }: { readonly result: UpscaleResult; readonly report?: string },
  { json }: { readonly json?: true },
): void {
  if (json) {
    printJson(report === undefined ? result : { ...result, report });
    return;
  }
  const { output, width, height, bands, method, scale, windows, seconds } = result;
  const parts = windows > 1 ? `, ${windows} windows` : '';
  print(
    `${output}: ${width} x ${height}, ${bands} bands, x${scale} by ${method}${parts}, ${seconds.toFixed(1)} s`,
  );
  if (report !== undefined) print(report);
}

/** Writes the page and returns its path; by default beside the output. */
export async function upscaleReport(
  input: string,
  result: UpscaleResult,
  where: string | true,
): Promise<string> {
  const [{ enlargedSource, withRasters }, { renderRestoreReport }] = await Promise.all([
    import('@bandweave/pipeline'),
    import('@bandweave/report'),
  ]);
  const path = where === true ? `${result.output.replace(/\.[^.]+$/, '')}.html` : where;
  return withRasters([input, result.output], async ([small, after]) => {
    const { method, scale, weights, seconds, peakRssMb, width, height, bands } = result;
    const html = await renderRestoreReport({
      title: `${basename(result.output)} by ${method}`,
      subtitle: `${width} x ${height} pixels, ${bands} bands, ${scale} times larger`,
      facts: [
        { label: 'Picture', value: input },
        { label: 'Method', value: method },
        ...(weights === undefined ? [] : [{ label: 'Weights', value: basename(weights) }]),
        { label: 'Time', value: `${seconds.toFixed(1)} s` },
        { label: 'Memory', value: `${peakRssMb} MB` },
      ],
      before: enlargedSource(small, scale),
      after,
      words: {
        before: 'Bicubic',
        after: method,
        difference: `What ${method} adds`,
        sign: 'after-before',
        remark: 'The picture minus bicubic interpolation.',
      },
      generator: `Bandweave ${version()}`,
    });
    await writeFile(path, html);
    return path;
  });
}
