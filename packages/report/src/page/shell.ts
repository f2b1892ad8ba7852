/** The frame of every page: one file that needs nothing else, with a policy that lets nothing in. */

import type { ReportData } from '../data.js';
import { escapeHtml } from '../escape.js';
import { base64 } from '../picture.js';
import { PAGE_SCRIPT } from './script.js';
import { PAGE_STYLE } from './style.js';

/** The page of these sections; empty ones are left out. */
export async function pageShell(title: string, sections: readonly string[]): Promise<string> {
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${await digest(PAGE_SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${sections.filter(Boolean).join('\n')}
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

async function digest(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return base64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** A part of the page under a heading. */
export function section(title: string, lead: string, body: string, kind = ''): string {
  const id = title.toLowerCase().replace(/[^a-z]+/g, '-');
  return `<section id="${id}"${kind ? ` class="${kind}"` : ''}><h2>${escapeHtml(title)}</h2>
<p class="lead">${lead}</p>
${body}
</section>`;
}

/** A picture with its caption. */
export const figure = (uri: string, label: string) =>
  `<figure><img src="${uri}" alt="${escapeHtml(label)}"><figcaption>${escapeHtml(label)}</figcaption></figure>`;

/** Title and the run's facts. */
export function header({
  title,
  subtitle,
  facts,
}: Pick<ReportData, 'title' | 'subtitle' | 'facts'>): string {
  const list = facts
    .map(
      ({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
    )
    .join('');
  return `<header><h1>${escapeHtml(title)}</h1>${
    subtitle ? `<p class="subtitle">${escapeHtml(subtitle)}</p>` : ''
  }</header>
<dl class="facts">${list}</dl>`;
}
