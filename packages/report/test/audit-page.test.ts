// biome-ignore-all lint/performance/useDomNodeTextContent: these are Playwright's locators, not nodes
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { auditDocument } from '../src/view-pages/audit-document.ts';
import type { AuditPage } from '../src/view-pages/judge-audit.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM, openPage } from './support/chromium.ts';
import { HOSTILE_TEXTS } from './support/hostile-texts.ts';
import { checkLayout } from './support/layout-checks.ts';
import { AUDITS, auditOf } from './support/viewed-pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-audit-'));
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM !== null) browser = await launchChromium();
}, 60_000);
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(name: string, page: AuditPage): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, auditDocument(page.audit));
  return file;
}

test('a file without JavaScript says what it is, and holds no markup of a run', () => {
  const text = auditDocument(auditOf('</script><b>&').audit);
  expect(text).toContain('<h1>Judges of &lt;/script&gt;&lt;b&gt;&amp;</h1>');
  expect(text).not.toContain('<b>');
  expect(text).toMatch(
    /Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-/,
  );
});

describe.skipIf(CHROMIUM === null)(`the page of an audit in Chromium, from disk${NO_CHROMIUM}`, () => {
  test('it opens without a complaint or a request, and says each figure with its interval', async () => {
    const { page, complaints, requests } = await openPage(browser, fileOf('plain', auditOf('north')));
    expect(await page.locator('h1').innerText()).toBe('1 of 2 judges are shown to help.');
    expect(await page.locator('main h2').allInnerTexts()).toEqual([
      ...['north · north', 'north · north', 'north · north', 'The same judge by other rubrics'],
      ...['Judges against one another', 'north as a panel', 'north as a panel'],
    ]);
    const first = page.locator('#judge-1');
    expect(await first.locator('tbody tr').count()).toBe(9);
    expect((await first.locator('tr', { hasText: 'Self-preference' }).innerText()).replace(/\s+/g, ' ')).toMatch(
      /0\.300 0\.100 … 0\.500 60$/,
    );
    expect(await page.locator('#judge-2').innerText()).toContain('Without labels nobody knows how right it is');
    expect(await page.locator('#panel-1').innerText()).toContain('sure_from: [0.800, 0.000]');
    expect([complaints, requests]).toEqual([[], []]);
  });

  test('hostile texts stay text wherever a name stands', async () => {
    const all = HOSTILE_TEXTS.map(({ text }) => text).join(' ');
    const { page, complaints, requests } = await openPage(browser, fileOf('hostile', auditOf(all)));
    for (const place of ['.pagehead', '#judge-1 h2', '#wording', '#others', '#panel-1'])
      for (const { shows } of HOSTILE_TEXTS)
        expect((await page.locator(place).allTextContents()).join('\n'), place).toContain(shows.trim());
    for (const fold of await page.locator('summary').all()) await fold.click();
    expect(await page.evaluate(() => (globalThis as { hostile?: unknown }).hostile)).toBeUndefined();
    expect(await page.locator('img, iframe, [onerror], [onmouseover]').count()).toBe(0);
    expect([complaints, requests]).toEqual([[], []]);
  }, 60_000);

  test.for(AUDITS)(
    '$name: nothing overflows, is cut or hard to reach, at any width, dark and light',
    { timeout: 120_000 },
    async ({ name, page: audit }) => {
      const { page, complaints } = await openPage(browser, fileOf(name, audit));
      await checkLayout(page, name);
      expect(complaints).toEqual([]);
    },
  );
});
