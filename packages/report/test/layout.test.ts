import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../src/write-report.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM, openPage } from './support/chromium.ts';
import { checkLayout } from './support/layout-checks.ts';
import { LAYOUT_RUNS } from './support/layout-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-layout-'));
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM !== null) browser = await launchChromium();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const APP = fileURLToPath(new URL('../app/', import.meta.url));
const appFiles = (kind: RegExp) =>
  readdirSync(APP, { recursive: true, encoding: 'utf8' })
    .filter((file) => kind.test(file) && !file.startsWith('copy'))
    .map((file) => [file, readFileSync(join(APP, file), 'utf8')] as const);

// What checkLayout leaves out, it leaves out for these two.
test('no script of the app asks for the width or the theme: style sheets alone answer to them', () => {
  const scripts = appFiles(/\.tsx?$/);
  expect(scripts.length).toBeGreaterThan(50);
  const asks = /matchMedia|(inner|client|offset|scroll)Width|getBoundingClientRect|visualViewport|screen\./;
  expect(scripts.filter(([, text]) => asks.test(text)).map(([file]) => file)).toEqual([]);
});

test('no style sheet changes a colour by the width, or anything else by the theme', () => {
  const sheets = appFiles(/\.css$/);
  const colours = sheets.flatMap(([, text]) => text.match(/--[\w-]+(?=: light-dark)/g) ?? []);
  const byWidth = sheets.flatMap(([, text]) => text.match(/^@media [^{]*width[\s\S]*?^}/gm) ?? []);
  expect([colours.length > 10, byWidth.length > 5]).toEqual([true, true]);
  const sets = new RegExp(`[{;\\s](color|background|opacity|filter|fill|${colours.join('|')})(-color)?:|light-dark`);
  expect(byWidth.filter((block) => sets.test(block))).toEqual([]);
  const byTheme = sheets.filter(([, text]) => /prefers-color-scheme|light-dark/.test(text)).map(([file]) => file);
  expect(byTheme).toEqual(['styles/tokens.css']);
});

describe.skipIf(CHROMIUM === null)(`the page of a run in Chromium${NO_CHROMIUM}`, () => {
  test.for(LAYOUT_RUNS)(
    '$name: nothing overflows, is cut or hard to reach, at any width, dark and light',
    { timeout: 240_000 },
    async (one) => {
      const file = join(folder, `${one.name}.html`);
      await writeReport(one.run(), file, one.options ?? {});
      const { page, complaints } = await openPage(browser, file);
      await page.locator('#samples').waitFor();
      await page.locator('#scores details, #manifest details').evaluateAll((folds) => {
        for (const fold of folds) fold.setAttribute('open', '');
      });
      await checkLayout(page, one.name);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  const planted = (style: string) =>
    `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>x</title>
    <style>body { color: light-dark(#111, #eee); background: light-dark(#fff, #111); color-scheme: light dark } ${style}</style>
    <main><h1>Planted</h1><p>One fault, or none.</p><input value="x" class="nameless"><p class="only">Narrow.</p></main>`;
  const NAMED = '.nameless { display: none }';
  test.for([
    ['cut at 1920', '@media (width > 1900px) { p { width: 20px; overflow: hidden } }', 'at 1920 in light'],
    ['beyond the window at 768', '@media (width: 768px) { p { margin-left: 700px } }', 'at 768 in light'],
    ['too pale in the dark', 'p { color: light-dark(#111, #333) }', 'at 1280 in dark'],
    [
      'too pale, shown in a narrow window alone',
      '@media (width > 400px) { .only { display: none } } .only { color: light-dark(#111, #333) }',
      'at 390 in dark',
    ],
    [
      'too pale in a wide window',
      '@media (width > 1000px) { p { color: light-dark(#ddd, #eee) } }',
      'at 1280 in light',
    ],
    ['a field without a name in a wide window', `@media (width < 1000px) { ${NAMED} }`, 'at 1280 in light'],
    ['a field without a name in a narrow window', `@media (width > 1000px) { ${NAMED} }`, 'at 390 in light'],
  ] as const)('what is planted is found: %s', async ([, fault, where]) => {
    const page = await browser.newPage();
    await page.setContent(planted(NAMED));
    await checkLayout(page, 'sound');
    await page.setContent(planted(fault.includes(NAMED) ? fault : `${NAMED} ${fault}`));
    await expect(checkLayout(page, 'planted')).rejects.toThrow(`planted ${where}`);
    await page.close();
  });
});
