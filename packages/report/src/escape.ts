/** Text from files and users on its way into HTML and SVG. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` as it may stand in an element or a quoted attribute; control characters are dropped. */
export function escapeHtml(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}/gu, '').replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** Escaped, with what follows an underscore set low: D_lambda. */
export function subscripted(label: string): string {
  const greek: Record<string, string> = { lambda: 'λ', rho: 'ρ' };
  const [head, ...rest] = label.split('_');
  if (rest.length === 0) return escapeHtml(label);
  const low = rest.map((part) => escapeHtml(greek[part] ?? part)).join(',');
  return `${escapeHtml(head!)}<sub>${low}</sub>`;
}

/** A number as a chart or attribute wants it: no more digits than can be seen. */
export const short = (value: number, digits = 2): string =>
  Number.isFinite(value) ? String(Number(value.toFixed(digits))) : '0';
