import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { writeReport } from '../src/write-report.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './support/chromium.ts';
import { checkLayout, WIDTHS } from './support/layout-checks.ts';
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
          await checkLayout(page, width, `${one.name} at ${width} in ${colorScheme}`);
        }
        await context.close();
      }
    },
  );
});
