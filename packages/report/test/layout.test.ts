import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../src/write-report.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './support/chromium.ts';
import { LAYOUT_RUNS } from './support/layout-runs.ts';

const WIDTHS = [390, 768, 1280, 1920];
const folder = mkdtempSync(join(tmpdir(), 'assay-layout-'));
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM !== null) browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Elements whose text is cut off, or which reach beyond the window. One-line rows are shortened, and stand in full beside. */
function misplaced(page: Page, width: number): Promise<string[]> {
  return page.evaluate((right) => {
    const allowed = '.vh, .rows, .row, .trend, svg, option';
    const told: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (element.closest(allowed) !== null || element.closest('.scrolled') !== null) continue;
      const style = getComputedStyle(element);
      if (style.display === 'none' || element.getClientRects().length === 0) continue;
      const name = `${element.tagName}.${element.className} ${element.textContent?.slice(0, 40)}`;
      const isCut = style.overflowX !== 'visible' && style.overflowX !== 'auto' && element.tagName !== 'SELECT';
      if (isCut && element.tagName !== 'INPUT' && element.scrollWidth > element.clientWidth + 1)
        told.push(`cut: ${name}`);
      if (element.getBoundingClientRect().right > right + 1) told.push(`beyond: ${name}`);
    }
    return told;
  }, width);
}

async function faults(page: Page): Promise<unknown[]> {
  await page.addScriptTag({ content: axe.source });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]);
  });
}

describe.skipIf(CHROMIUM === null)(`the page of a run in Chromium${NO_CHROMIUM}`, () => {
  test.for(LAYOUT_RUNS)(
    '$name: nothing overflows, is cut or hard to reach, at any width, dark and light',
    { timeout: 240_000 },
    async (one) => {
      const file = join(folder, `${one.name}.html`);
      await writeReport(one.run(), file, one.options ?? {});
      for (const colorScheme of ['light', 'dark'] as const) {
        const context = await browser.newContext({ colorScheme, bypassCSP: true });
        const page = await context.newPage();
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await page.goto(`file://${encodeURI(file)}`);
          await page.locator('#samples').waitFor();
          for (const fold of await page.locator('#scores details, #manifest details').all())
            await fold.evaluate((details) => details.setAttribute('open', ''));
          const where = `${one.name} at ${width} in ${colorScheme}`;
          expect(await page.evaluate('document.documentElement.scrollWidth'), where).toBe(width);
          expect(await misplaced(page, width), where).toEqual([]);
          // Colours do not depend on the width, and places on no colour: the first and the last stand for the others.
          if (width === 390 || width === 1280) expect(await faults(page), where).toEqual([]);
        }
        await context.close();
      }
    },
  );
});
