// biome-ignore-all lint/performance/useDomNodeTextContent: these are Playwright's locators, not nodes
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunView, SampleRow } from '@assay/core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../src/write-report.ts';
import { makeRun } from './make-run.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM, openPage } from './support/chromium.ts';
import { checkLayout } from './support/layout-checks.ts';
import { manyScores } from './support/layout-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-odd-'));
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM !== null) browser = await launchChromium();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every answer is there, and none has a score. */
function nothingScored(): RunView {
  const alter = (row: SampleRow): SampleRow => ({
    ...row,
    ...{ state: 'unscored', output: '', error: null, scores: {}, unscored: { qa_accuracy: 'empty_output' } },
  });
  const run = makeRun({ samples: 30, robustness: false, alter });
  const { summary } = run;
  const none = (score: (typeof summary.scores)[number]) => ({
    ...score,
    n: 0,
    value: null,
    interval: null,
    histogram: null,
  });
  return { ...run, summary: { ...summary, scores: summary.scores.map(none), comparisons: [] } };
}

/** Two categories whose names are 100,000 characters long. */
function longCategories(): RunView {
  const name = (category: string | null) => (category === null ? null : `${category} ${'very-long-'.repeat(10_000)}`);
  const run = makeRun({ samples: 40, robustness: false, alter: (row) => ({ ...row, category: name(row.category) }) });
  const { summary } = run;
  const scores = summary.scores.map((score) => ({ ...score, category: name(score.category) }));
  return { ...run, summary: { ...summary, scores } };
}

/** Texts, categories and names that run from right to left. */
function rightToLeft(): RunView {
  const alter = (row: SampleRow): SampleRow => ({
    ...row,
    ...{ input: 'מהי בירת פורטוגל?', target: 'ליסבון', output: row.output === null ? null : 'זוהי (ליסבון) 1147.' },
    category: row.category === null ? null : `גאוגרפיה ${row.category}`,
  });
  return makeRun({ models: ['דגם א', 'דגם ב (8b)'], samples: 30, alter });
}

const ODD: readonly (readonly [name: string, run: () => RunView, says: RegExp])[] = [
  ['no models', () => makeRun({ models: [], samples: 0 }), /Nothing was scored|No sample has ended/],
  [
    'forty models',
    () => makeRun({ models: Array.from({ length: 40 }, (_, i) => `model-${i}`), samples: 20 }),
    /model-39/,
  ],
  ['sixty scores', () => manyScores(15), /further scores?/],
  ['nothing scored', nothingScored, /Nothing was scored on general-knowledge/],
  ['categories of 100,000 characters', longCategories, /very-long-/],
  ['right-to-left texts', rightToLeft, /ליסבון/],
];

describe.skipIf(CHROMIUM === null)(`runs as nobody wants them${NO_CHROMIUM}`, () => {
  test.for(ODD)(
    '%s: drawn or told, without a complaint, and nothing is cut or beyond the window',
    { timeout: 240_000 },
    async ([name, run, says]) => {
      const file = join(folder, `${name.replaceAll(/\W/g, '-')}.html`);
      await writeReport(run(), file);
      const { page, complaints } = await openPage(browser, file);
      await page.locator('#samples').waitFor();
      await expect.poll(() => page.locator('main').innerText()).toMatch(says);
      await checkLayout(page, name);
      const lost = await page
        .locator('.jump a')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
        .then((links) =>
          Promise.all(links.map(async (link) => ((await page.locator(link).count()) === 1 ? [] : [link]))),
        );
      expect(lost.flat(), 'links that lead nowhere').toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
