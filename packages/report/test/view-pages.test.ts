// biome-ignore-all lint/performance/useDomNodeTextContent: these are Playwright's locators, not nodes
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { appScript, pageStyle } from '../src/generated/app-bundle.ts';
import { appDocument } from '../src/view-pages/app-document.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './support/chromium.ts';
import { HOSTILE_TEXTS } from './support/hostile-texts.ts';
import { checkLayout } from './support/layout-checks.ts';
import { historyOf, liveOf, runsOf, VIEW_PAGES, type ViewedPage } from './support/viewed-pages.ts';

const HOME = 'http://viewer.test/token/';
const ALL = HOSTILE_TEXTS.map(({ text }) => text).join(' ');
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM !== null) browser = await launchChromium();
}, 180_000);
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});
afterAll(async () => {
  await browser?.close();
});

/** A page of the viewer as its server sends it, with what it asks of the server and what it complains of. */
async function opened(viewed: ViewedPage, options: BrowserContextOptions = {}) {
  const page: Page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const files: Readonly<Record<string, readonly [string, string]>> = {
    '': ['text/html', appDocument('Page', viewed)],
    'app.js': ['text/javascript', appScript],
    'app.css': ['text/css', pageStyle],
    'runs.json': ['application/json', JSON.stringify(viewed)],
    'live.json': ['application/json', JSON.stringify(viewed)],
    'against.json': [
      'application/json',
      JSON.stringify({ verdict: 'worse', words: ALL, difference: -0.1, worse: [ALL] }),
    ],
  };
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url());
    const name = url.pathname.replace('/token/', '');
    const file = url.origin === new URL(HOME).origin ? files[name] : undefined;
    if (file === undefined) asked.push(url.href);
    if (file === undefined) return route.abort();
    const [contentType, body] = file;
    // As the server's own policy.
    const policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";
    return route.fulfill({
      contentType: `${contentType}; charset=utf-8`,
      body,
      headers: { 'content-security-policy': policy },
    });
  });
  await page.goto(HOME);
  await page.locator('header.app').waitFor();
  return { page, complaints, asked };
}

describe.skipIf(CHROMIUM === null)(`the pages of the viewer in Chromium${NO_CHROMIUM}`, () => {
  test.for(VIEW_PAGES)(
    '$name: nothing overflows, is cut or hard to reach, at any width, dark and light',
    { timeout: 120_000 },
    async ({ name, page: viewed }) => {
      const { page, complaints } = await opened(viewed);
      await checkLayout(page, name);
      expect(complaints).toEqual([]);
    },
  );

  test.for([
    { name: 'runs', page: runsOf(ALL), places: ['table.runs', '.note', '.runs .tag', '.runs .models'] },
    { name: 'live', page: liveOf(ALL), places: ['.crumb', '#progress', '#scores', '#losses', '#latest', '.controls'] },
    { name: 'stopped', page: liveOf(ALL, 'stopped'), places: ['.controls code'] },
    { name: 'history', page: historyOf(ALL), places: ['h1', '.sec', '#changes'] },
  ])('$name: hostile texts stay text in every field', { timeout: 60_000 }, async ({ page: viewed, places }) => {
    const { page, complaints, asked } = await opened(viewed);
    for (const place of places)
      for (const { shows } of HOSTILE_TEXTS)
        expect((await page.locator(place).allTextContents()).join('\n'), place).toContain(shows.trim());
    // Whatever opens is opened: the notes of a run, what a select offers, the keys.
    for (const fold of await page.locator('summary').all()) await fold.click();
    for (const edit of await page.locator('button.edit').all()) {
      await edit.click();
      await page.keyboard.press('Escape');
    }
    for (const select of await page.locator('select').all()) await select.focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => (globalThis as { hostile?: unknown }).hostile)).toBeUndefined();
    expect(await page.locator('img, iframe, [onerror], [onmouseover]').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('names, tags, notes and reasons of 100,000 characters are drawn, and nothing is pushed out of the window', async () => {
    const long = 'very-long-'.repeat(10_000);
    for (const viewed of [runsOf(long), historyOf(long), liveOf(long), liveOf(long, 'stopped')]) {
      const { page, complaints } = await opened(viewed);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
      expect(complaints).toEqual([]);
    }
  }, 180_000);

  test('500 runs stand as a screen at once, and all of them soon after', async () => {
    const [run] = runsOf('plain').runs;
    const runs = Array.from({ length: 500 }, (_, i) => ({ ...run!, name: `run-${i}` }));
    const { page } = await opened({ view: 'runs', runs, damaged: [] });
    await page.locator('tr[data-run="run-20"]').waitFor();
    await expect.poll(() => page.locator('tr[data-run]').count(), { timeout: 20_000 }).toBe(500);
  }, 60_000);
});
