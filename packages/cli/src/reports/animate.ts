/** What `animate` says when it is done, and its page. */

import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AnimateClipOptions, AnimateClipResult, AnimatedClip } from '@bandweave/video';
import { print, printJson } from '../print.js';
import { table } from '../table.js';
import { version } from '../version.js';

interface Outcome {
  readonly result: AnimateClipResult;
  readonly report?: string;
}

/** A table of scores, or JSON. */
export function printAnimated(
  { result, report }: Outcome,
  { json }: { readonly json?: true },
): void {
  if (json) {
    printJson(report === undefined ? result : { ...result, report });
    return;
  }
  const { output, frames, height, width, variant, seconds, loss } = result;
  print(`${output}: ${frames} frames of ${width} x ${height}, ${variant}, ${seconds.toFixed(1)} s`);
  if (loss) print(`loss ${loss.first.toFixed(4)} to ${loss.last.toFixed(4)}; ${result.tuning}`);
  print(
    table(
      ['', 'clip', 'edited', 'reconstructed'],
      scoreRows(result).map(({ name, values }) => [name, ...values]),
    ),
  );
  if (report !== undefined) print(report);
}

/** A line for each measure: of the clip, the edit, the reconstruction. */
function scoreRows({ input, edited, reconstruction }: AnimateClipResult) {
  const all = [input, edited, reconstruction];
  const line = (name: string, values: readonly (number | undefined)[], digits: number) => ({
    name,
    values: values.map((value) => (value === undefined ? '' : value.toFixed(digits))),
  });
  const { psnr, ssim } = reconstruction;
  return [
    line(
      'difference of neighbours',
      all.map((s) => s.neighbourDifference),
      2,
    ),
    line(
      'the same, motion compensated',
      all.map((s) => s.compensatedDifference),
      2,
    ),
    line(
      'frame consistency',
      all.map((s) => s.frameConsistency),
      2,
    ),
    line(
      'textual alignment',
      all.map((s) => s.textualAlignment),
      2,
    ),
    line('PSNR (dB)', [undefined, undefined, psnr], 2),
    line('SSIM', [undefined, undefined, ssim], 4),
  ].filter(({ values }) => values.some((value) => value !== ''));
}

/** Writes the page and returns its path; by default beside the output. */
export async function animateReport(
  { result, source, animated }: AnimatedClip,
  { page, prompt, edit, weights }: AnimateClipOptions & { readonly page: string | true },
): Promise<string> {
  const { renderClipReport } = await import('@bandweave/report');
  const { output, frames, height, width, variant, seconds, loss } = result;
  const stem = output.replace(/\.[^./]+$/, '').replace(/\/+$/, '');
  const path = page === true ? `${stem}.html` : page;
  const html = await renderClipReport({
    title: `${basename(output)}: ${edit}`,
    subtitle: `${frames} frames of ${width} x ${height}, from "${prompt}"`,
    facts: [
      { label: 'Model', value: basename(weights) },
      { label: 'Variant', value: variant },
      { label: 'Time', value: `${seconds.toFixed(1)} s` },
      ...(loss
        ? [{ label: 'Loss', value: `${loss.first.toFixed(4)} to ${loss.last.toFixed(4)}` }]
        : []),
    ],
    rows: [
      { title: 'The clip', frames: source },
      { title: edit, frames: animated.edited },
      { title: 'Reconstructed from its own text', frames: animated.reconstructed },
    ],
    scores: scoreRows(result),
    losses: animated.losses,
    generator: `Bandweave ${version()}`,
  });
  await writeFile(path, html);
  return path;
}
