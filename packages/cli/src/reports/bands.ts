/** The page of `assess --report`: error curves over the bands and spectra at pixels. */

import { rename, writeFile } from 'node:fs/promises';
import { openRaster } from '@bandweave/io';
import type { AssessResult } from '@bandweave/pipeline';
import { renderBandReport } from '@bandweave/report';

/** Writes the page whole or not at all. */
export async function bandReport(
  fused: string,
  reference: string,
  { result, path }: { readonly result: AssessResult; readonly path: string },
): Promise<void> {
  const source = await openRaster(reference);
  const { wavelengths } = source.info;
  await source.close();
  const { indices, byBand, points = [], ratio, pixels } = result;
  const shown = (key: string, digits: number) => indices[key]?.toFixed(digits) ?? '';
  const page = renderBandReport({
    title: 'A cube against its reference',
    facts: {
      Fused: fused,
      Reference: reference,
      Pixels: String(pixels),
      Ratio: String(ratio),
      'PSNR, dB': shown('psnr', 2),
      SSIM: shown('ssim', 4),
      'SAM, degrees': shown('sam', 3),
      ERGAS: shown('ergas', 3),
      CC: shown('cc', 4),
    },
    bands: byBand!,
    ...(wavelengths?.every(Number.isFinite) ? { wavelengths } : {}),
    points,
  });
  await writeFile(`${path}.partial`, page);
  await rename(`${path}.partial`, path);
}
