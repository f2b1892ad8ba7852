/** GDAL's XML in TIFF tag 42112: band names, scales, offsets, colours and free metadata. */

export interface MetadataItem {
  readonly name: string;
  readonly value: string;
  /** 0-based band; absent for the whole file. */
  readonly sample?: number;
  readonly role?: string;
  readonly domain?: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

/** The items in the text; what is not an item is passed over. */
export function parseMetadata(xml: string): MetadataItem[] {
  const items: MetadataItem[] = [];
  for (const [, attributes, text] of xml.matchAll(/<Item\b([^<>]*)>([^<]*)<\/Item>/g)) {
    const found = new Map<string, string>();
    for (const [, key, value] of attributes.matchAll(/([\w:]+)="([^"]*)"/g)) {
      found.set(key, unescapeXml(value));
    }
    const name = found.get('name');
    if (name === undefined) continue;
    const sample = found.get('sample');
    const role = found.get('role');
    const domain = found.get('domain');
    items.push({
      name,
      value: unescapeXml(text),
      ...(sample !== undefined && /^\d{1,6}$/.test(sample) ? { sample: Number(sample) } : {}),
      ...(role !== undefined ? { role } : {}),
      ...(domain !== undefined ? { domain } : {}),
    });
  }
  return items;
}

/** The text for tag 42112; '' without items. */
export function formatMetadata(items: readonly MetadataItem[]): string {
  if (items.length === 0) return '';
  const lines = items.map(({ name, value, sample, role, domain }) => {
    const attributes = [
      `name="${escapeXml(name)}"`,
      ...(domain !== undefined ? [`domain="${escapeXml(domain)}"`] : []),
      ...(sample !== undefined ? [`sample="${sample}"`] : []),
      ...(role !== undefined ? [`role="${escapeXml(role)}"`] : []),
    ];
    return `  <Item ${attributes.join(' ')}>${escapeXml(value)}</Item>\n`;
  });
  return `<GDALMetadata>\n${lines.join('')}</GDALMetadata>\n`;
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,5}));/gi, (whole, dec, hex, name) => {
    const code = dec ? Number(dec) : hex ? Number.parseInt(hex, 16) : -1;
    if (code >= 0) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return ENTITIES[name] ?? whole;
  });
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (c) => {
    if (c === '<') return '&lt;';
    if (c === '>') return '&gt;';
    return c === '&' ? '&amp;' : '&quot;';
  });
}
