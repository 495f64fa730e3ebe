import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSite } from '../../../scripts/docs/site/build.mjs';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './support/chromium.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'assay docs site-'));
const site = await buildSite(ROOT, folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What docs/questions.md says: a question, and the pages that answer it. */
const QUESTIONS = readFileSync(join(ROOT, 'docs/questions.md'), 'utf8')
  .split('\n')
  .filter((line) => /^- .*\.md/.test(line))
  .map((line) => {
    const [, question = '', answer = ''] = /^- \[([^\]]+)\](.+)$/.exec(line)!;
    const pages = [...answer.matchAll(/\(([^)#]+)\.md/g)].map(([, page]) => `${page}.html`);
    return [question.trim(), pages] as const;
  });

test('the docs answer more than twenty questions', () => {
  expect(QUESTIONS.length).toBeGreaterThan(20);
});

test.each(QUESTIONS)('“%s” is answered by one of the first pages that a search finds', (question, pages) => {
  const found = site
    .search(question)
    .map(({ id }) => id.split('#')[0])
    .filter((page) => page !== 'questions.html');
  expect([...new Set(found)].slice(0, 8)).toEqual(expect.arrayContaining([expect.toBeOneOf([...pages])]));
});

describe.skipIf(CHROMIUM === null)(`the site in Chromium, from a folder${NO_CHROMIUM}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser?.close());

  async function open(path: string, width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.on('pageerror', (error) => expect.soft(error.message).toBe(''));
    await page.goto(`file://${encodeURI(folder)}/${path}`);
    return page;
  }

  test('search leads to a page, by keys alone', async () => {
    const page = await open('index.html');
    await page.keyboard.press('/');
    await page.keyboard.type('early stop');
    await page.locator('#found a').first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/statistics\.html#early-stop$/);
    await page.close();
  }, 60_000);

  test('every page is one click from the first, and every link within the site leads somewhere', async () => {
    const page = await open('index.html');
    const hrefs = await page.locator('nav a').evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    const reached = new Set(hrefs.map((href) => decodeURI(href).slice(`file://${folder}/`.length)));
    expect(site.pages.filter((each) => each !== 'index.html' && each !== 'readme.html' && !reached.has(each))).toEqual(
      [],
    );
    const broken: string[] = [];
    for (const path of site.pages) {
      await page.goto(`file://${encodeURI(folder)}/${path}`);
      const links = await page
        .locator('a[href]')
        .evaluateAll((all) =>
          all.map((link) => (link as HTMLAnchorElement).href).filter((href) => /^file:/.test(href)),
        );
      for (const link of new Set(links)) {
        const [file, anchor] = decodeURIComponent(link.slice('file://'.length)).split('#');
        const html = readFileSync(file!, 'utf8');
        if (anchor !== undefined && !html.includes(`id="${anchor}"`)) broken.push(`${path}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
    await page.close();
  }, 120_000);

  test.each([
    [390, 'light'],
    [768, 'dark'],
    [1280, 'dark'],
    [1920, 'light'],
  ] as const)(
    'at %i pixels, %s: nothing overflows, and axe finds nothing',
    async (width, theme) => {
      const page = await open('index.html', width, theme);
      for (const path of site.pages) {
        await page.goto(`file://${encodeURI(folder)}/${path}`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(
          0,
        );
        if (!/^(index|tutorials\/first-evaluation|config|questions)\.html$/.test(path)) continue;
        // The page allows scripts of its own folder alone.
        const faults = await page.evaluate(`${axe.source};axe.run().then(({ violations }) =>
        violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 160)]))`);
        expect(faults, path).toEqual([]);
      }
      await page.close();
    },
    240_000,
  );
});
