import { isInputError } from '@bandweave/image';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { PictureEncoder } from '../src/data.js';
import { renderReport } from '../src/render-report.js';
import { fakeEncoder, HOSTILE, ramp, sampleData } from './sample-data.js';

const page = await renderReport(sampleData(), { encode: fakeEncoder });

/** Every SVG of the page, with the entities of HTML that XML shares. */
const charts = page.match(/<svg[\s\S]*?<\/svg>/g)!;

/** Names of elements that are opened and never closed, or closed and never opened. */
function unbalanced(markup: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name, , end] of markup.matchAll(/<(\/?)([a-zA-Z][\w-]*)([^<>]*?)(\/?)>/g)) {
    if (/^(img|input|meta|br|hr|link)$/.test(name!) || end) continue;
    if (!slash) open.push(name!);
    else if (open.pop() !== name) wrong.push(name!);
  }
  return [...wrong, ...open];
}

describe('renderReport', () => {
  test('escapes every name that comes from files and users', () => {
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain("alert('1')");
    expect(page).toContain(
      '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;&quot;&#39;',
    );
    expect(HOSTILE).toContain('<img');
  });

  test('loads nothing from anywhere else and says so in its policy', () => {
    const outside = page.replace(/xmlns="[^"]*"/g, '').match(/(src|href)="(?!data:|#)[^"]*"/g);
    expect(outside).toBeNull();
    expect(page).toMatch(
      /default-src 'none'; img-src data:;[^"]*script-src 'sha256-[\w+/]+={0,2}'/,
    );
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  test('closes every element that it opens', () => {
    const body = page
      .replace(/<script>[\s\S]*<\/script>/, '')
      .replace(/<style>[\s\S]*<\/style>/, '');
    expect(unbalanced(body.replace('<!doctype html>', ''))).toEqual([]);
    expect(charts.length).toBeGreaterThan(6);
    for (const chart of charts) expect(unbalanced(chart)).toEqual([]);
  });

  test('writes no coordinate that is not a number', () => {
    for (const chart of charts) expect(chart).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('draws charts that an independent SVG reader accepts', async () => {
    const drawn = charts.filter((chart) => chart.includes('viewBox="0 0 330'));
    expect(drawn).toHaveLength(1);
    const { width } = await sharp(Buffer.from(drawn[0]!)).metadata();
    expect(width).toBe(330);
  });

  test('shows a product of another kind without a truth: what it added', async () => {
    const { truth, ...rest } = sampleData({ ms: ramp(4, 15, 20) });
    expect(truth).toBeDefined();
    const bare = await renderReport(rest, { encode: fakeEncoder });
    expect(bare).toContain('Added detail');
    expect(bare).toContain('MS as delivered');
    expect(bare).not.toContain('Truth');
  });

  test('chooses points where none are given and shows none for an empty list', async () => {
    const { points, ...rest } = sampleData();
    expect(points).toHaveLength(1);
    const chosen = await renderReport(rest, { encode: fakeEncoder });
    expect(chosen).toContain('Spectrum at Point 6');
    const none = await renderReport({ ...rest, points: [] }, { encode: fakeEncoder });
    expect(none).not.toContain('Spectrum at');
  });

  test('lowers the quality of pictures until the page holds its bound', async () => {
    const used: number[] = [];
    const encode: PictureEncoder = async (rgba, { quality }) => {
      used.push(quality);
      return { mime: 'image/webp', bytes: new Uint8Array((rgba.length * quality) / 20) };
    };
    const large = await renderReport(sampleData(), { encode, maxBytes: 1e9 });
    expect(new Set(used).size).toBe(1);
    const maxBytes = Math.round(large.length * 0.7);
    const small = await renderReport(sampleData(), { encode, maxBytes });
    expect(small.length).toBeLessThan(maxBytes);
    expect(small.length).toBeGreaterThan(0.3 * maxBytes);
    expect(new Set(used).size).toBeGreaterThan(1);
  });

  test('reduces long pictures and keeps a 1:1 detail', async () => {
    const sizes: string[] = [];
    await renderReport(sampleData(), {
      maxSide: 40,
      encode: async (rgba, { width, height, quality }) => {
        sizes.push(`${width}x${height}`);
        return fakeEncoder(rgba, { width, height, quality });
      },
    });
    expect(sizes.slice(0, 2)).toEqual(['40x30', '60x60']);
  });

  test.each([
    [{ truth: ramp(4, 60, 81) }, /expected truth of shape \[4,60,80\].*got \[4,60,81\]/],
    [{ trueColor: [4, 1, 0] as const }, /colour bands from 0 to 3, got 4/],
    [{ points: [{ name: 'p', row: 60, col: 0 }] }, /point p inside 60x80/],
    [{ products: [] }, /at least one product/],
  ])('refuses what does not fit: %#', async (change, message) => {
    const error = await renderReport(sampleData(change), { encode: fakeEncoder }).catch((e) => e);
    expect(isInputError(error)).toBe(true);
    expect(error.message).toMatch(message);
  });
});
