import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSite } from '../../../scripts/docs/site/build.mjs';
import { axeFaults } from './support/axe-faults.ts';
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

  async function open(path: string, width = 1280): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
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
    const texts = new Map<string, string>();
    const read = (file: string) => texts.get(file) ?? texts.set(file, readFileSync(file, 'utf8')).get(file)!;
    for (const path of site.pages) {
      await page.goto(`file://${encodeURI(folder)}/${path}`);
      const links = await page
        .locator('a[href]')
        .evaluateAll((all) =>
          all.map((link) => (link as HTMLAnchorElement).href).filter((href) => /^file:/.test(href)),
        );
      for (const link of new Set(links)) {
        const [file, anchor] = decodeURIComponent(link.slice('file://'.length)).split('#');
        const html = read(file!);
        if (anchor !== undefined && !html.includes(`id="${anchor}"`)) broken.push(`${path}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
    await page.close();
  }, 120_000);

  // Narrow pages fold their list of pages when they load: both kinds of window load each page once. Of two widths and themes
  // axe sees all that each shows; of the two others, what colours can change.
  test.each([
    [
      [390, 'light', undefined],
      [768, 'dark', 'colours'],
    ],
    [
      [1280, 'dark', undefined],
      [1920, 'light', 'colours'],
    ],
  ] as const)(
    'at %j and %j: nothing overflows, and axe finds nothing',
    async (...places) => {
      const page = await open('index.html', places[0][0]);
      for (const path of site.pages) {
        await page.setViewportSize({ width: places[0][0], height: 900 });
        await page.goto(`file://${encodeURI(folder)}/${path}`);
        for (const [width, colorScheme, rules] of places) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(beyond, `${path} at ${width}`).toBeLessThanOrEqual(0);
          if (!/^(index|tutorials\/first-evaluation|config|questions)\.html$/.test(path)) continue;
          const faults = await axeFaults(page, { impacts: 'any', ...(rules && { rules }) });
          expect(faults, `${path} at ${width} in ${colorScheme}`).toEqual([]);
        }
      }
      await page.close();
    },
    240_000,
  );
});
