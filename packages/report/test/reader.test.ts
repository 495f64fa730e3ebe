// biome-ignore-all lint/performance/useDomNodeTextContent: these are Playwright's locators, not nodes
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SampleRow } from '@assay/core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../src/write-report.ts';
import { makeRun } from './make-run.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM, openPage } from './support/chromium.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-reader-'));
const file = join(folder, 'report.html');
let browser: Browser;
let rows: SampleRow[];

const alter = (row: SampleRow): SampleRow => ({
  ...row,
  prompt: `Answer briefly.\nQ: ${row.input}`,
  ...(row.index % 20 === 0 && { stopReason: 'length' as const }),
});

beforeAll(async () => {
  if (CHROMIUM === null) return;
  rows = [];
  for await (const row of makeRun({ alter }).rows) rows.push(row);
  await writeReport(makeRun({ alter }), file);
  browser = await launchChromium();
}, 180_000);

afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A reader at the first screen, with a keyboard and three actions. */
async function reader(hash = '') {
  const { page } = await openPage(browser, file, {}, hash);
  await page.locator('h1').waitFor();
  let actions = hash === '' ? 0 : 1;
  return {
    page,
    /** Goes to a control by Tab, and presses it. */
    async press(control: Locator) {
      actions += 1;
      expect(await control.evaluate((element) => (element as HTMLElement).tabIndex)).toBe(0);
      await control.focus();
      await page.keyboard.press('Enter');
    },
    async choose(list: Locator, letters: string) {
      actions += 1;
      await list.focus();
      await page.keyboard.type(letters);
    },
    actions: () => actions,
  };
}

const inSight = (part: Locator) => part.evaluate((element) => element.getBoundingClientRect().top < innerHeight);
const jump = (page: Page, name: string) => page.getByRole('navigation', { name: 'On this page' }).getByText(name);
const list = (page: Page, name: RegExp) => page.locator('.questions').getByRole('button', { name });

describe.skipIf(CHROMIUM === null)(`a first-time reader by keyboard, in three actions at most${NO_CHROMIUM}`, () => {
  test('which is better, and how sure?', async () => {
    const { page } = await reader();
    expect(await page.locator('h1').innerText()).toContain('SmolLM2-360M-Instruct is better than');
    const first = page.locator('.strip li').first();
    expect(await inSight(first)).toBe(true);
    expect(await first.innerText()).toMatch(/better[\s\S]*\+0\.\d+[\s\S]*0\.\d+\s…\s0\.\d+/);
  });

  test('what got worse?', async () => {
    const { page, press, actions } = await reader();
    await press(list(page, /^broken/));
    expect(await page.locator('.row .gain.worse').first().innerText()).toContain('−1.000');
    expect(actions()).toBeLessThanOrEqual(3);
  });

  test('what was fixed?', async () => {
    const { page, press } = await reader();
    await press(list(page, /^fixed/));
    expect(await page.locator('.row .gain.better').first().innerText()).toContain('+1.000');
  });

  test('show me the worst ten in History', async () => {
    const { page, press, choose, actions } = await reader();
    await press(list(page, /^worst/));
    await choose(page.getByLabel('Category', { exact: true }), 'His');
    await expect.poll(() => page.locator('.row').count()).toBeGreaterThanOrEqual(10);
    const scores = (await page.locator('.row .row-score').allInnerTexts()).slice(0, 10).map(Number);
    const worst = rows
      .filter(({ category }) => category === 'History')
      .flatMap(({ scores: own }) => own['qa_accuracy.f1_score'] ?? [])
      .sort((a, b) => a - b);
    expect(scores).toEqual(worst.slice(0, 10).map((value) => Number(value.toFixed(3))));
    expect(actions()).toBeLessThanOrEqual(3);
  });

  test('what was sent for sample 21?', async () => {
    const { page, press, actions } = await reader('#row=21');
    await press(page.locator('.detail summary', { hasText: 'Prompt as it was sent' }).first());
    expect(await page.locator('.detail details .text').first().innerText()).toBe(
      `Answer briefly.\nQ: ${rows[20]!.input}`,
    );
    expect(actions()).toBeLessThanOrEqual(3);
  });

  test('which answers have no score, and why?', async () => {
    const { page, press } = await reader();
    await press(page.locator('#states tbody tr').first().locator('button').last());
    await expect.poll(() => page.locator('.rows').evaluate((element) => element.children.length)).toBeGreaterThan(0);
    await expect.poll(() => page.locator('.row .state').first().innerText()).toBe('timed out');
  });

  test('which answers were cut?', async () => {
    const { page, press } = await reader();
    await press(list(page, /^cut/));
    expect(await page.locator('.toolbar output').innerText()).toBe('22 of 428 rows');
  });

  test.for([
    ['where does it differ?', 'Categories', '#categories .cat'],
    ['what did it take, and cost?', 'Cost', '#effort .cost'],
    ['how do I repeat it?', 'Repeat', '#manifest .command'],
  ] as const)('%s', async ([, name, place]) => {
    const { page, press } = await reader();
    await press(jump(page, name));
    await expect.poll(() => inSight(page.locator(place).first())).toBe(true);
  });
});
