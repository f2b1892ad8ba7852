/** The page of a clip that was told anew: frames side by side, what changes between them, scores. */

import { lineChart } from './chart/line-chart.js';
import type { ReportData, ReportOptions } from './data.js';
import { escapeHtml } from './escape.js';
import { figure, header, pageShell, section } from './page/shell.js';
import { encodeAll, encodeWithSharp, type Picture } from './picture.js';

/** [height, width, 3] of 8 bits. */
export interface ClipFrame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface ClipRow {
  readonly title: string;
  readonly frames: readonly ClipFrame[];
}

export interface ClipReportData
  extends Pick<ReportData, 'title' | 'subtitle' | 'facts' | 'generator'> {
  /** The clip and its versions, of the same length. */
  readonly rows: readonly ClipRow[];
  /** A table: a line for each measure, a value for each row. */
  readonly scores: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
}

const MAX_FRAMES = 12;
const SIDE = 160;

/** One self-contained HTML page; of long clips every so many frames are shown. */
export async function renderClipReport(
  data: ClipReportData,
  { encode = encodeWithSharp, maxBytes = 12e6 }: ReportOptions = {},
): Promise<string> {
  const { rows, title } = data;
  const shown = evenly(rows[0].frames.length, MAX_FRAMES);
  const pictures = rows.flatMap(({ frames }) => shown.map((i) => thumbnail(frames[i])));
  const changes = rows.flatMap(({ frames }) =>
    shown.slice(1).map((i) => thumbnail(difference(frames[i - 1], frames[i]))),
  );
  const uris = await encodeAll([...pictures, ...changes], { encode, maxBytes });
  const strip = (name: string, at: number, labels: readonly string[]) =>
    `<h3>${escapeHtml(name)}</h3><div class="gallery" style="--cols:6">${labels
      .map((label, k) => figure(uris[at + k], label))
      .join('')}</div>`;
  const frameLabels = shown.map((i) => `frame ${i + 1}`);
  const changeLabels = shown.slice(1).map((i) => `${i} to ${i + 1}`);
  const rowsOf = (from: number, labels: readonly string[]) =>
    rows.map((row, r) => strip(row.title, from + r * labels.length, labels)).join('');
  const flicker =
    changeLabels.length === 0
      ? ''
      : section(
          'Between frames',
          'Differences of neighbouring frames, three times as strong about mid-grey. What moves shows its edges; flicker shows everywhere.',
          rowsOf(pictures.length, changeLabels),
        );
  return pageShell(title, [
    header(data),
    section('Frames', 'The clip, and what became of it.', rowsOf(0, frameLabels)),
    section('Scores', 'Measured over all frames.', scoreTable(data)),
    flicker,
    lossSection(data.losses),
    data.generator ? `<footer>${escapeHtml(data.generator)}</footer>` : '',
  ]);
}

/** `count` places spread over `length`, the first and the last among them. */
function evenly(length: number, count: number): number[] {
  if (length <= count) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / (count - 1)));
}

/** By nearest pixels, at most `SIDE` on the longer side: what shows is the flow of frames. */
function thumbnail({ width, height, data }: ClipFrame): Picture {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  const rgba = new Uint8ClampedArray(4 * w * h).fill(255);
  for (let y = 0; y < h; y++) {
    const row = Math.min(height - 1, Math.floor(((y + 0.5) * height) / h)) * width;
    for (let x = 0; x < w; x++) {
      const from = 3 * (row + Math.min(width - 1, Math.floor(((x + 0.5) * width) / w)));
      for (let c = 0; c < 3; c++) rgba[4 * (y * w + x) + c] = data[from + c];
    }
  }
  return { rgba, width: w, height: h };
}

function difference(before: ClipFrame, after: ClipFrame): ClipFrame {
  const data = new Uint8Array(after.data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.min(255, Math.max(0, 128 + 3 * (after.data[i] - before.data[i])));
  }
  return { ...after, data };
}

function scoreTable({ rows, scores }: ClipReportData): string {
  const head = rows.map(({ title }) => `<th>${escapeHtml(title)}</th>`).join('');
  const body = scores.map(({ name, values }) => {
    const cells = values.map((value) => `<td>${escapeHtml(value)}</td>`).join('');
    return `<tr><th>${escapeHtml(name)}</th>${cells}</tr>`;
  });
  return `<figure class="table"><div class="scroll" tabindex="0"><table><thead><tr><th></th>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div></figure>`;
}

/** Means over runs of steps, at most 60: single losses depend on the step that was drawn. */
function lossSection(losses: ClipReportData['losses']): string {
  if (losses.length < 4) return '';
  const count = Math.min(60, Math.floor(losses.length / 2));
  const means = Array.from({ length: count }, (_, k) => {
    const part = losses.slice(
      Math.floor((k * losses.length) / count),
      Math.floor(((k + 1) * losses.length) / count),
    );
    const loss = part.reduce((sum, point) => sum + point.loss, 0) / part.length;
    return { step: part[part.length - 1].step, loss };
  });
  const chart = lineChart({
    x: means.map(({ step }) => step),
    series: [{ name: 'loss', values: means.map(({ loss }) => loss), tone: 's2' }],
    title: 'Loss of tuning',
    xLabel: 'step',
    width: 640,
    height: 240,
  });
  return section('Tuning', 'Mean loss over neighbouring steps.', chart);
}
