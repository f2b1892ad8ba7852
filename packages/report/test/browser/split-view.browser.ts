import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderReport } from '../../src/render-report.js';
import { sampleData } from '../sample-data.js';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const found = existsSync(executablePath);
if (!found) process.stderr.write('skipped: no Chromium\n');

describe.skipIf(!found)('the split view in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bandweave-report-'));
  const file = join(folder, 'report.html');
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    writeFileSync(file, await renderReport(sampleData()));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const shown = () =>
    page.$$eval('#stage img:not([hidden])', (images) =>
      images.map((image) => {
        const { layer, color, view } = (image as HTMLElement).dataset;
        return `${layer} ${color} ${view} ${image.className}`;
      }),
    );
  const split = () => page.$eval('#divider', (d) => Number(d.getAttribute('aria-valuenow')));

  test('begins with the enlarged MS beside the fused, half and half', async () => {
    expect(await shown()).toEqual(['product-0 true whole left', 'product-1 true whole right']);
    expect(await split()).toBe(50);
  });

  test('moves the divider with the pointer and clips both pictures there', async () => {
    await page.locator('#stage').scrollIntoViewIfNeeded();
    const box = (await page.locator('#stage').boundingBox())!;
    const at = (share: number) => [box.x + share * box.width, box.y + 40] as const;
    await page.mouse.move(...at(0.5));
    await page.mouse.down();
    await page.mouse.move(...at(0.25), { steps: 4 });
    expect(await split()).toBe(25);
    await page.mouse.move(box.x - 50, box.y + 40);
    expect(await split()).toBe(0);
    await page.mouse.move(...at(0.8));
    await page.mouse.up();
    await page.mouse.move(...at(0.1));
    expect(await split()).toBe(80);
    const clips = await page.$$eval('#stage img:not([hidden])', (images) =>
      images.map((image) => getComputedStyle(image).clipPath),
    );
    expect(clips[0]).toMatch(
      /^inset\(0(px)? (20%|calc\(20%\)|calc\(100% - 80%\)) 0(px)? 0(px)?\)|inset\(0px 20% 0px 0px\)/,
    );
    expect(clips[1]).toMatch(/80%\)$/);
  });

  test('moves the divider with the keyboard', async () => {
    await page.focus('#divider');
    await page.keyboard.press('Home');
    expect(await split()).toBe(0);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await split()).toBe(4);
    await page.keyboard.press('Shift+ArrowRight');
    expect(await split()).toBe(14);
    await page.keyboard.press('End');
    expect(await split()).toBe(100);
  });

  test('changes pictures, colours and the detail on both sides at once', async () => {
    await page.selectOption('#left', 'pan');
    await page.selectOption('#right', 'truth');
    expect(await shown()).toEqual(['pan any whole left', 'truth true whole right']);
    await page.check('input[name=color][value=false]', { force: true });
    await page.check('input[name=view][value=detail]', { force: true });
    expect(await shown()).toEqual(['pan any detail left', 'truth false detail right']);
    await page.selectOption('#right', 'pan');
    expect(await shown()).toEqual(['pan any detail both']);
    expect(await page.textContent('#tag-right')).toBe('PAN');
  });

  test('decodes every picture and fits a phone without sideways scrolling', async () => {
    const broken = await page.$$eval('img', (images) =>
      Promise.all(
        images.map((image) =>
          image
            .decode()
            .then(() => 0)
            .catch(() => 1),
        ),
      ),
    );
    expect(broken.reduce((a: number, b: number) => a + b, 0)).toBe(0);
    await page.setViewportSize({ width: 360, height: 700 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
  });

  test('hostile names run nothing and nothing is logged', () => {
    expect(complaints).toEqual([]);
  });
});
