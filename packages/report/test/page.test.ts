// biome-ignore-all lint/performance/useDomNodeTextContent: these are Playwright's locators, not nodes
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCosts, type SampleRow } from '@assay/core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../src/write-report.ts';
import { makeRun, surprising, withScore } from './make-run.ts';
import { axeFaults } from './support/axe-faults.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM, openPage } from './support/chromium.ts';
import { HOSTILE_TEXTS } from './support/hostile-texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-page-'));
const file = join(folder, 'report.html');
let browser: Browser;

beforeAll(async () => {
  if (CHROMIUM === null) return;
  await writeReport(makeRun(), file);
  browser = await launchChromium();
}, 180_000);

afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

let many: Promise<string> | undefined;

/** A copy of a page of 21,000 rows, which has its texts in `many-data/`: written once, to be harmed by each in its own way. */
async function manyRows(name: string): Promise<string> {
  many ??= (async () => {
    const whole = join(folder, 'whole');
    mkdirSync(whole);
    await writeReport(makeRun({ samples: 10_500 }), join(whole, 'many.html'));
    return whole;
  })();
  cpSync(await many, join(folder, name), { recursive: true });
  return join(folder, name, 'many.html');
}

const count = (page: Page) => page.locator('.toolbar output').innerText();
const firstInput = (page: Page) => page.locator('.row .row-input').first().innerText();
const chosenSample = (page: Page) => page.locator('.detail h3').innerText();

describe.skipIf(CHROMIUM === null)(`the page in Chromium, from disk${NO_CHROMIUM}`, () => {
  test('it opens without a complaint, a request or a blocked part', async () => {
    const { page, complaints, requests } = await openPage(browser, file);
    await page.locator('.row').first().waitFor();
    await page.locator('#theme').click();
    await page.locator('summary').first().click();
    await page.locator('.questions button').nth(1).click();
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.locator('[style*="color"], script[src], link[rel="stylesheet"]').count()).toBe(0);
  });

  test('the answer stands above everything else, and each section is there', async () => {
    const { page } = await openPage(browser, file);
    expect(await page.locator('main h1').innerText()).toContain('is better than');
    expect(await page.locator('main h2').allInnerTexts()).toEqual([
      'Every model and score',
      'Differences',
      'Where it differs',
      'Samples',
      'Who changed',
      'Distributions',
      'Robustness',
      'How the samples ended',
      'Time, tokens and cost',
      'What was run, and how to repeat it',
    ]);
    expect(await page.locator('#manifest .command').innerText()).toBe(
      'assay run examples/quickstart/evaluation_config.yaml --seed 7',
    );
    expect(await page.locator('#verdict .sub').first().innerText()).toContain('are in no score');
  });

  test('gates stand under the headline, those that failed first, then the model that was chosen; costs by the prices', async () => {
    const run = makeRun();
    const decided = join(folder, 'decided.html');
    const ranks = [
      { model: 'SmolLM2-360M-Instruct', value: 0.5, best: 1, worst: 1 },
      { model: 'left', value: 0.4, best: 2, worst: 3 },
      { model: 'right', value: 0.3, best: 2, worst: 3 },
    ];
    await writeReport(run, decided, {
      gates: [
        { name: 'failed <= 9', status: 'passed' as const, reason: '5 failed' },
        { name: 'f1_score lower >= 0.9', status: 'failed' as const, reason: 'it is 0.2' },
      ],
      chosen: { model: 'SmolLM2-360M-Instruct', reason: 'better beyond what chance explains', ranks },
      costs: runCosts(run.summary, {
        currency: 'EUR',
        tokens: { 'SmolLM2-135M-Instruct': { input: 100, output: 1000 } },
      }),
    });
    const { page, complaints } = await openPage(browser, decided);
    const verdict = page.locator('#verdict');
    expect(await verdict.locator('h3').allInnerTexts()).toEqual([
      '1 failed of 2 gates',
      'Chosen: SmolLM2-360M-Instruct',
    ]);
    expect(await verdict.locator('li strong').allInnerTexts()).toEqual(['failed', 'passed']);
    expect(await verdict.locator('.decisions li').first().innerText()).toContain('it is 0.2');
    expect(await verdict.innerText()).toContain('better beyond what chance explains');
    expect(await verdict.innerText()).toContain('SmolLM2-360M-Instruct 1, left 2–3, right 2–3.');
    // 214 answers of 41 tokens in and 12 out.
    expect(await page.locator('#effort .cost').allInnerTexts()).toEqual(['EUR\u00a03.45', 'unknown']);
    expect(await page.locator('#effort .note').innerText()).toContain('the price table has no tokens of SmolLM2-360M');
    expect(complaints).toEqual([]);
  });

  test('of many models each stands against one baseline, which can be chosen, and the sign is never turned by row', async () => {
    const many = join(folder, 'many.html');
    await writeReport(makeRun({ models: ['A', 'B', 'C', 'D', 'E'], samples: 60 }), many);
    const { page } = await openPage(browser, many);
    const differences = async () => {
      const rows = await page.locator('#pairs .forest tbody tr:not(.axisrow)').all();
      const told = rows.map(async (row) => [
        await row.locator('.who').innerText(),
        await row.locator('td.fig').innerText(),
      ]);
      return Object.fromEntries(await Promise.all(told)) as Record<string, string>;
    };
    const fromA = await differences();
    expect(Object.keys(fromA).toSorted()).toEqual(['B', 'C', 'D', 'E']);
    await page.getByLabel('Baseline', { exact: true }).selectOption('★ E');
    const fromE = await differences();
    expect(Object.keys(fromE).toSorted()).toEqual(['A', 'B', 'C', 'D']);
    expect(fromA.E).toMatch(/^\+0\./);
    expect(fromE.A).toBe(fromA.E!.replace('+', '−'));
    expect(new URL(page.url()).hash).toContain('baseline=E');
  });

  test('near-duplicates and scores that are not primary are folded, and counted', async () => {
    const { page } = await openPage(browser, file);
    const heads = await page.locator('#scores > .matrix .sname').allInnerTexts();
    expect(heads.some((text) => /\+\d+ alike/.test(text))).toBe(true);
    const further = page.locator('#scores details.further');
    expect(await further.locator('table:visible').count()).toBe(0);
    await further.locator('summary').click();
    expect(await further.locator('table:visible').count()).toBeGreaterThan(0);
  });

  test('hue is kept for verdicts: the first model, of which nothing is told, is drawn in ink', async () => {
    const { page } = await openPage(browser, file);
    const fill = (row: number) =>
      page
        .locator('#scores .matrix tbody tr')
        .nth(row)
        .locator('svg.w .pt')
        .first()
        .evaluate((mark) => getComputedStyle(mark).fill);
    expect(await fill(0)).toBe('rgb(75, 80, 89)');
    expect(await fill(1)).toBe('rgb(10, 104, 137)');
  });

  test('lists by what one asks: what was fixed and broken, and a count of what was lost opens it', async () => {
    const { page } = await openPage(browser, file);
    await page.getByRole('button', { name: /^broken/ }).click();
    const rows: SampleRow[] = [];
    for await (const row of makeRun().rows) rows.push(row);
    const f1 = (model: number, index: number) => rows[model * 214 + index]!.scores['qa_accuracy.f1_score'];
    const broken = Array.from({ length: 214 }, (_, index) => f1(1, index)! - f1(0, index)!).filter((gain) => gain < 0);
    expect(await count(page)).toBe(`${broken.length} of 428 rows`);
    const gain = (await page.locator('.row .gain').first().innerText()).trim();
    expect(gain).toBe(`−${Math.max(...broken.map(Math.abs)).toFixed(3)}`);
    await expect.poll(() => new URL(page.url()).hash).toContain('list=broken');
    await page.locator('#states button', { hasText: '3' }).first().click();
    await expect.poll(() => count(page)).toMatch(/^[1-9] of 428 rows$/);
    expect(new URL(page.url()).hash).toContain('state=');
  });

  test('the address holds what is shown, and opens it again', async () => {
    const { page } = await openPage(browser, file, {}, '#list=worst&category=History&q=wall');
    await expect.poll(() => count(page)).toMatch(/^\d+ of 428 rows$/);
    expect(await page.getByRole('searchbox').inputValue()).toBe('wall');
    expect(await page.getByLabel('Category', { exact: true }).locator('option:checked').innerText()).toBe('History');
    expect(await page.locator('.questions [aria-pressed="true"]').innerText()).toContain('worst');
    await expect.poll(() => page.locator('.row .row-input').allInnerTexts()).not.toEqual([]);
    for (const text of await page.locator('.row .row-input').allInnerTexts()) expect(text).toContain('Berlin Wall');
  });

  test('filters narrow the list together', async () => {
    const { page } = await openPage(browser, file);
    expect(await count(page)).toBe('428 of 428 rows');
    await page.getByLabel('Model', { exact: true }).selectOption({ label: 'SmolLM2-360M-Instruct' });
    expect(await count(page)).toBe('214 of 428 rows');
    await page.getByLabel('Category', { exact: true }).selectOption({ label: 'Capitals' });
    await page.getByLabel('Least score').fill('0.2');
    await page.getByLabel('Greatest score').fill('0.9');
    const expected: SampleRow[] = [];
    for await (const row of makeRun().rows) {
      const f1 = row.scores['qa_accuracy.f1_score'] ?? -1;
      if (row.model === 'SmolLM2-360M-Instruct' && row.category === 'Capitals' && f1 >= 0.2 && f1 <= 0.9)
        expected.push(row);
    }
    expect(await count(page)).toBe(`${expected.length} of 428 rows`);
    expect(await firstInput(page)).toBe(expected[0]!.input);
    await page.getByRole('button', { name: 'clear', exact: true }).click();
    expect(await count(page)).toBe('428 of 428 rows');
  });

  test('the state filter offers the states that occur, and shows why', async () => {
    const { page } = await openPage(browser, file);
    await page.getByLabel('State', { exact: true }).selectOption({ label: 'failed' });
    expect(await count(page)).toBe('5 of 428 rows');
    await page.locator('.row').first().click();
    expect(await page.locator('.detail .error').first().innerText()).toContain('the endpoint answered 424');
  });

  test('text search looks into inputs, targets and outputs, in any case', async () => {
    const { page } = await openPage(browser, file);
    await page.getByRole('searchbox').fill('pRiDe');
    let expected = 0;
    for await (const row of makeRun().rows)
      if (/pride/i.test([row.input, row.target, row.output, row.error, ...Object.values(row.variants)].join('\n')))
        expected += 1;
    await expect.poll(() => count(page)).toBe(`${expected} of 428 rows`);
  });

  test('the list sorts by score in both directions, and by how far models differ', async () => {
    const { page } = await openPage(browser, file);
    const score = async () => page.locator('.row .row-score').first().innerText();
    await page.getByLabel('Order', { exact: true }).selectOption({ label: 'best first' });
    expect(await score()).toBe('1.000');
    await page.getByLabel('Order', { exact: true }).selectOption({ label: 'worst first' });
    expect(await score()).toBe('0.000');
    await page.getByLabel('Order', { exact: true }).selectOption({ label: 'models differ most' });
    const pair = (await page.locator('.row .row-score').allInnerTexts()).slice(0, 2).sort();
    expect(pair).toEqual(['0.000', '1.000']);
  });

  test('a sample shows every model side by side, with the difference from the target word by word', async () => {
    const { page } = await openPage(browser, file);
    await page.getByRole('searchbox').fill('the capital of portugal? (phrasing 1)');
    await expect.poll(() => count(page)).toBe('2 of 428 rows');
    await page.locator('.row').first().click();
    const cards = page.locator('.answer');
    expect(await cards.locator('h4').allInnerTexts()).toEqual(['SmolLM2-135M-Instruct', 'SmolLM2-360M-Instruct']);
    const [left, right] = await Promise.all([cards.nth(0).boundingBox(), cards.nth(1).boundingBox()]);
    expect(left!.y).toBe(right!.y);
    const rows: SampleRow[] = [];
    for await (const row of makeRun().rows) if (row.input.includes('Portugal? (Phrasing 1)')) rows.push(row);
    for (const [i, row] of rows.entries()) {
      const text = cards.nth(i).locator('.text').first();
      const kept = await text.evaluate((element) =>
        [...element.querySelectorAll('del')].reduce(
          (all, del) => all.replace(del.textContent, ''),
          element.textContent,
        ),
      );
      expect(kept.replace(/\s+/g, ' ').trim()).toBe(row.output);
    }
    await page.keyboard.press('d');
    expect(await page.locator('.answer ins, .answer del').count()).toBe(0);
  });

  test('a permalink opens its sample and model, and choosing a row makes one', async () => {
    const { page } = await openPage(browser, file, {}, '#row=38&model=SmolLM2-360M-Instruct');
    await page.locator('.row').first().waitFor();
    expect(await chosenSample(page)).toBe('Row 38');
    expect(await page.locator('.answer.chosen h4').innerText()).toBe('SmolLM2-360M-Instruct');
    expect(await page.locator('.row[aria-selected="true"] .row-number').innerText()).toBe('38');
    await page.locator('.row').filter({ hasText: '36' }).first().click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#row=36&model=SmolLM2-135M-Instruct');
    await page.evaluate(() => {
      location.hash = '#row=6';
    });
    await expect.poll(() => chosenSample(page)).toBe('Row 6');
  });

  test('keys move, open, close, search and explain', async () => {
    const { page } = await openPage(browser, file);
    // A slow machine: whatever a key does must be done before the next one comes.
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    await page.locator('.row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await chosenSample(page)).toBe('Row 3');
    await page.keyboard.press('k');
    expect(await chosenSample(page)).toBe('Row 2');
    await page.keyboard.press('Escape');
    expect(await page.locator('.detail').count()).toBe(0);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('detail');
    await page.keyboard.press('/');
    await page.keyboard.type('jupiter');
    expect(await page.getByRole('searchbox').inputValue()).toBe('jupiter');
    await expect.poll(() => count(page)).not.toBe('428 of 428 rows');
    await page.keyboard.press('Escape');
    await expect.poll(() => count(page)).toBe('428 of 428 rows');
    await page.keyboard.press('?');
    expect(await page.locator('dialog').getAttribute('open')).not.toBeNull();
    await page.keyboard.press('j');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').getAttribute('open')).toBeNull();
    expect(await chosenSample(page)).toBe('Row 2');
  });

  test('the theme follows the system until the button says otherwise', async () => {
    const { page } = await openPage(browser, file, { colorScheme: 'dark' });
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(await paper()).toBe('rgb(19, 21, 25)');
    await page.locator('#theme').click();
    expect(await page.locator('#theme').innerText()).toBe('theme: light');
    expect(await paper()).toBe('rgb(251, 250, 246)');
  });

  test('a print is light, has the samples whole and no controls', async () => {
    const { page, complaints } = await openPage(browser, file, { colorScheme: 'dark' });
    await page.locator('.row').first().waitFor();
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.printed-sample').count()).toBe(30);
    expect(await page.locator('.toolbar, nav:visible').count()).toBe(0);
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-');
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.locator('.toolbar').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('axe finds no serious fault, light or dark', async () => {
    const { page } = await openPage(browser, file, { reducedMotion: 'reduce' });
    await page.locator('.row').first().waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await axeFaults(page, { rules: 'colours' })).toEqual([]);
  });

  test('nothing is wider than a window of 390, 820, 960 or 1280 pixels', async () => {
    const { page } = await openPage(browser, file, { viewport: { width: 390, height: 800 } });
    await page.locator('.row').first().waitFor();
    for (const width of [390, 820, 960, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth])).toEqual([width, width]);
    }
  });

  test('an answer to a disturbed input shows what was disturbed, to the letter', async () => {
    const alter = (row: SampleRow): SampleRow => ({
      ...row,
      input: 'Where is it now?',
      variants: { 'letter_case/0': 'there', 'letter_case/0 #2': 'here', 'letter_case/1 (unchanged)': 'there' },
      disturbed: { 'letter_case/0': 'where is  it now?' },
    });
    const disturbed = join(folder, 'disturbed.html');
    await writeReport(makeRun({ models: ['A'], samples: 1, alter }), disturbed);
    const { page } = await openPage(browser, disturbed);
    await page.locator('.row').first().click();
    await page.getByText('Further answers').click();
    const shown = page.locator('.disturbed');
    // Once for both repeats, and not for the variant that came out unchanged.
    expect(await shown.count()).toBe(1);
    expect(await shown.locator('del').allInnerTexts()).toContain('Where');
    expect(await shown.locator('ins').allInnerTexts()).toContain('where');
    expect(await shown.locator('ins, del').count()).toBe(4);
    await page.keyboard.press('d');
    expect(await shown.locator('.text').innerText()).toBe('where is  it now?');
  });

  test('the texts that a model found least likely stand token by token, and each opens its sample', async () => {
    const surprise = join(folder, 'surprise.html');
    const run = makeRun({ models: ['A', 'B'], samples: 30, alter: surprising, robustness: false });
    await writeReport(withScore(run, 'perplexity', 'bits_per_byte'), surprise);
    const { page, complaints } = await openPage(browser, surprise);
    const samples = page.locator('#surprise .surprise > li');
    await expect.poll(() => samples.locator('.tk').count()).toBeGreaterThan(0);
    expect(await samples.locator('button').allInnerTexts()).toEqual(['Row 30', 'Row 29', 'Row 28', 'Row 27', 'Row 26']);
    expect(await samples.first().locator('.strip-of').count()).toBe(2);
    expect(await samples.first().locator('.heat-4').count()).toBeGreaterThan(0);
    await samples.nth(1).getByRole('button').press('Enter');
    await expect.poll(() => chosenSample(page)).toBe('Row 29');
    expect(complaints).toEqual([]);
  });

  test('without kept tokens the least likely texts say how to get them', async () => {
    const plain = join(folder, 'plain-surprise.html');
    const alter = (row: SampleRow): SampleRow => {
      const { tokens: _, ...rest } = surprising(row);
      return rest;
    };
    const run = makeRun({ models: ['A'], samples: 8, alter, robustness: false });
    await writeReport(withScore(run, 'perplexity', 'bits_per_byte'), plain);
    const { page } = await openPage(browser, plain);
    expect(await page.locator('#surprise .sec p').innerText()).toContain('keep: { tokens: true }');
    await expect.poll(() => page.locator('#surprise .tokens').first().innerText()).toContain('?');
    expect(await page.locator('#surprise .tk').count()).toBe(0);
  });

  test("a sample says why it got its score: aligned words, missed rubric rows, the judge's reason, log-probabilities", async () => {
    const said = { by: 'small', holds: 'no', said: ['no', 'yes'], sureness: 0.6, score: 0 };
    const alter = (row: SampleRow): SampleRow => ({
      ...row,
      target: 'the Milky Way',
      output: row.model === 'A' ? 'It is the milky way.' : 'Milky',
      columns: { source: `atlas ${row.index}` },
      remarks: { rubric: [{ ...said, about: 'Names the galaxy', reason: 'It says <b>so</b>.' }] },
      logProbabilities: { original: -3.25 },
    });
    const why = join(folder, 'why.html');
    await writeReport(makeRun({ models: ['A', 'B'], samples: 3, alter }), why);
    const { page, complaints } = await openPage(browser, why);
    await page.locator('.row').first().click();
    expect((await page.locator('.aligned li').allInnerTexts()).map((text) => text.trim())).toEqual([
      'A has 3 of 3 words of the target, 2 besides.',
      'B has 1 of 3 words of the target, none besides.',
    ]);
    expect(await page.locator('.aligned .missing').count()).toBe(2);
    const judged = page.locator('.judged').first();
    expect(await judged.innerText()).toMatch(
      /1 of 1 rows of the rubric missed[\s\S]*Names the galaxy: no 60 % sure, said no, then yes, by small for rubric[\s\S]*It says <b>so<\/b>/,
    );
    await page.getByText('Log-probabilities').first().click();
    expect(await page.locator('.nats').first().innerText()).toContain('−3.25');
    await page.getByLabel('In', { exact: true }).selectOption({ label: 'source' });
    await page.getByRole('searchbox').fill('atlas 2');
    await expect.poll(() => count(page)).toBe('2 of 6 rows');
    await expect.poll(() => new URL(page.url()).hash).toContain('in=column%3Asource');
    await page.getByLabel('In', { exact: true }).selectOption({ label: 'output' });
    await expect.poll(() => count(page)).toBe('0 of 6 rows');
    await page.getByRole('button', { name: /^clear/ }).click();
    await page.getByRole('button', { name: /^judge unsure/ }).click();
    await expect.poll(() => page.locator('.ask').innerText()).toContain('less than 75 % sure');
    expect(complaints).toEqual([]);
  });

  test('tables and drawings are copied as Markdown and CSV, and saved as PNG and SVG', async () => {
    const { page, complaints, requests } = await openPage(browser, file);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = async (part: string, as: string) => {
      const menu = page.locator(`${part} .copy`);
      if ((await menu.getAttribute('open')) === null) await menu.locator('summary').press('Enter');
      await menu.getByRole('button', { name: as }).press('Enter');
      await expect.poll(() => menu.getByRole('status').innerText()).toMatch(/copied|saved as/);
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const markdown = await copied('#states', 'Markdown');
    expect(markdown.split('\n')[1]).toMatch(/^\|( --- \|)+$/);
    expect(markdown).toContain('| SmolLM2-135M-Instruct | ');
    expect((await copied('#effort', 'CSV')).split('\r\n')[1]).toMatch(/^SmolLM2-135M-Instruct,,214 ms,391 ms,\d+,/);
    expect((await copied('#changed', 'CSV')).split('\r\n')[0]).toBe(
      'row,SmolLM2-135M-Instruct,SmolLM2-360M-Instruct,gain',
    );
    for (const [part, as] of [
      ['#pairs', 'PNG'],
      ['#changed', 'SVG'],
    ] as const) {
      const saved = page.waitForEvent('download');
      await copied(part, as);
      const path = await (await saved).path();
      const bytes = readFileSync(path);
      if (as === 'PNG') expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      // Drawn by itself it has more than paper: a picture of many colours.
      const type = as === 'PNG' ? 'image/png' : 'image/svg+xml';
      const other = await browser.newPage();
      const colours = await other.evaluate(
        async (source) => {
          const image = new Image();
          image.src = source;
          await image.decode();
          const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
          const context = canvas.getContext('2d')!;
          context.drawImage(image, 0, 0);
          const { data } = context.getImageData(0, 0, image.width, image.height);
          return new Set(new Uint32Array(data.buffer)).size;
        },
        `data:${type};base64,${bytes.toString('base64')}`,
      );
      expect(colours).toBeGreaterThan(20);
    }
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('judges are held against each other, and toxicity against thresholds whose counts open the samples', async () => {
    const said = (by: string, holds: string) => ({ by, holds, said: [holds], sureness: 0.9, score: 1 });
    const alter = (row: SampleRow): SampleRow => ({
      ...row,
      scores: { ...row.scores, 'toxicity.toxicity': row.index / 10 },
      remarks: { rubric: [said('north', 'yes'), said('heron', row.index < 6 ? 'yes' : 'no')] },
    });
    const run = makeRun({ models: ['A', 'B'], samples: 10, alter, robustness: false });
    const views = join(folder, 'views.html');
    await writeReport(withScore(run, 'toxicity', 'toxicity'), views);
    const { page, complaints } = await openPage(browser, views);
    expect(await page.locator('#judges .sec p').innerText()).toContain('agree least: on 60 % of what both judged');
    const half = page.locator('#thresholds tbody tr').first().locator('td.num').nth(2);
    expect(await half.innerText()).toBe('5');
    await half.getByRole('button').press('Enter');
    await expect.poll(() => count(page)).toBe('5 of 20 rows');
    expect(complaints).toEqual([]);
  });

  test('hostile texts stay text wherever they stand', async () => {
    const all = HOSTILE_TEXTS.map(({ text }) => text).join(' ');
    const alter = (row: SampleRow): SampleRow => {
      const { text } = HOSTILE_TEXTS[row.index]!;
      return {
        ...row,
        input: text,
        target: text,
        output: `${text} ${text}`,
        category: all,
        error: text,
        variants: { [text]: text },
        columns: { [text]: text },
        remarks: {
          [text]: [{ by: text, about: text, holds: text, said: [text, ''], sureness: 0, score: 0, reason: text }],
        },
        logProbabilities: { [text]: -1 },
        tokens: { [text]: [[text, -9] as const], text: HOSTILE_TEXTS.map((each) => [each.text, -1] as const) },
        scores: { ...row.scores, 'perplexity.bits_per_byte': row.index },
        disturbed: { [text.split(':', 1)[0]!]: `${text}!` },
      };
    };
    const made = makeRun({ models: [`A ${all}`, `B ${all}`], samples: HOSTILE_TEXTS.length, alter });
    const run = withScore(made, 'perplexity', 'bits_per_byte');
    const { manifest, summary } = run;
    const hostile = join(folder, 'hostile.html');
    await writeReport(
      {
        rows: run.rows,
        manifest: { ...manifest, command: [all], configText: all, commit: all, versions: { [all]: all } },
        summary: {
          ...summary,
          dataset: { ...summary.dataset, name: all },
          scores: summary.scores.map((score) => ({
            ...score,
            category: score.category && all,
            spec: { ...score.spec, summary: all },
            unscored: { [all]: 1 },
          })),
          comparisons: summary.comparisons.map((each) => ({ ...each, reason: all, test: all })),
        },
      },
      hostile,
      {
        gates: [{ name: all, status: 'failed' as const, reason: all }],
        chosen: { model: all, reason: all, ranks: [] },
        notes: [all],
        choices: {
          sides: ['a', 'b'].map((value) => ({ value, label: `${value} ${all}` })),
          ...{ baseline: 'a', candidates: [{ value: 'b', differs: [all], same: [all] }], most: 7 },
        },
        sampleNotes: [{ sample: 0, digest: '00ff', note: all, labels: HOSTILE_TEXTS.map(({ text }) => text) }],
      },
    );
    const { page, complaints, requests } = await openPage(browser, hostile);
    await page.locator('.row').first().waitFor();
    for (const { shows } of HOSTILE_TEXTS) {
      expect(await page.locator('.detail dd .text').first().innerText()).toContain(shows);
      await page.locator('.detail summary').evaluateAll((all) => {
        for (const summary of all as HTMLElement[]) summary.click();
      });
      await page.locator('.answer').first().hover();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
    }
    for (const { shows } of HOSTILE_TEXTS) {
      for (const place of [
        'h1',
        '.crumb',
        '.runhead .sub',
        '.versus',
        '.side-facts',
        '.strip',
        '.decisions',
        '#scores .matrix',
        '#pairs',
        '#categories',
        '#states',
        '#surprise .tokens',
        '#manifest',
      ])
        expect(await page.locator(place).first().textContent(), place).toContain(shows.trim());
    }
    expect(await page.evaluate(() => (globalThis as { hostile?: unknown }).hostile)).toBeUndefined();
    expect(await page.locator('img, iframe, [onerror], [onmouseover]').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('an output of 5 MB is cut, with a note of its length', async () => {
    const alter = (row: SampleRow): SampleRow => ({
      ...row,
      output: '<b>'.repeat(1_700_000),
      target: 'b '.repeat(30_000),
    });
    const long = join(folder, 'long.html');
    const { bytes } = await writeReport(makeRun({ models: ['A'], samples: 3, alter }), long);
    expect(bytes).toBeLessThan(2_000_000);
    const { page, complaints } = await openPage(browser, long);
    await page.locator('.row').first().click();
    expect(await page.locator('.answer .clipped').first().innerText()).toBe(
      'The first 20\u202f000 of 5\u202f100\u202f000 characters.',
    );
    expect(complaints).toEqual([]);
  });

  test('rows of a run that kept no texts say so, and not that there was no output', async () => {
    const bare = join(folder, 'bare.html');
    const alter = (row: SampleRow): SampleRow => ({ ...row, input: '', target: null, output: null, error: null });
    await writeReport(makeRun({ models: ['A'], samples: 3, alter }), bare);
    const { page } = await openPage(browser, bare);
    expect(await page.locator('.row .row-output').first().innerText()).toBe('texts not kept');
    expect(await page.locator('.answer .none').first().innerText()).toContain('The run kept no texts');
  });

  test('a page of drawn samples says how many there are in all', async () => {
    const drawn = join(folder, 'drawn.html');
    const run = makeRun();
    await writeReport({ ...run, share: 0.1, rows: makeRun({ samples: 20 }).rows }, drawn);
    const { page } = await openPage(browser, drawn);
    expect(await page.locator('#samples .drawn-note').innerText()).toContain(
      'The list has 40 rows of 428: samples drawn',
    );
  });

  test('texts whose file is missing are said to be, in the list, in the sample and by a search', async () => {
    const torn = await manyRows('torn');
    rmSync(join(dirname(torn), 'many-data', 'chunk-0002.js'));
    const { page } = await openPage(browser, torn, {}, '#row=1501');
    await expect
      .poll(() => page.locator('.sample-head ~ .error').innerText())
      .toContain('many-data/chunk-0002.js is missing');
    expect(await page.locator('.row[aria-selected="true"] .row-input').innerText()).toBe('texts missing');
    await page.getByRole('searchbox').fill('no such text');
    await expect.poll(() => count(page)).toMatch(/^0 of 21\u202f000 rows\s*1\u202f000 rows could not be searched/);
  });

  test('texts of a file that is cut, of another length, or no rows are told to be damaged, and the others stand', async () => {
    const hurt = await manyRows('hurt');
    const chunk = (n: number) => join(dirname(hurt), 'many-data', `chunk-000${n}.js`);
    const whole = (n: number) => readFileSync(chunk(n), 'utf8');
    writeFileSync(chunk(2), whole(2).slice(0, 5000));
    writeFileSync(chunk(3), whole(3).replace('"input"', '"input" '));
    writeFileSync(chunk(4), whole(4).replaceAll('"digest"', '"digost"'));
    writeFileSync(chunk(5), whole(5).replace('{"digest"', '["digest"'));
    writeFileSync(chunk(6), "assayData('chunk-0006', {});");
    const { page: rows, complaints } = await openPage(browser, hurt, {}, '#row=1001');
    for (const n of [2, 3, 4, 5, 6]) {
      await rows.evaluate(
        (hash) => {
          location.hash = hash;
        },
        `#row=${(n - 1) * 1000 + 1}`,
      );
      await expect
        .poll(() => rows.locator('.sample-head ~ .error').innerText())
        .toContain(`many-data/chunk-000${n}.js is damaged`);
      expect(complaints.filter((text) => !text.includes('SyntaxError'))).toEqual([]);
    }
    const { page } = await openPage(browser, hurt);
    await page.getByRole('searchbox').fill('capital');
    await expect.poll(() => count(page)).toMatch(/rows could not be searched/);
    await page.getByRole('searchbox').fill('');
    await expect.poll(() => firstInput(page)).not.toBe('texts missing');
  });

  test.for([
    ['index', (json: string) => json.slice(0, -20)],
    ['index', (json: string) => json.replace(/"models":\[[^\]]*\]/, '"models":["one"]')],
    ['index', (json: string) => json.replace(/"rows":\d+/, '"rows":7')],
    ['index', () => 'null'],
    ['chunk-0001', (json: string) => json.slice(1)],
    ['chunk-0001', () => '[]'],
    ['page', (json: string) => json.slice(0, 300)],
  ] as const)('a page whose block %s is not as it was written says so', async ([name, hurt]) => {
    const broken = join(folder, 'broken.html');
    const text = readFileSync(file, 'utf8');
    const block = new RegExp(`(id="data-${name}">)(.*?)(</script>)`, 's');
    writeFileSync(
      broken,
      text.replace(block, (_, open, json, close) => `${open}${hurt(json)}${close}`),
    );
    const { page, complaints } = await openPage(browser, broken);
    await expect.poll(() => page.locator('main').innerText()).toMatch(/damaged/);
    expect(complaints).toEqual([]);
  });

  test('a run without a single row is a page too', async () => {
    const empty = join(folder, 'empty.html');
    await writeReport(makeRun({ samples: 0 }), empty);
    const { page, complaints } = await openPage(browser, empty);
    expect(await page.locator('#samples > .none').innerText()).toBe('No sample has ended yet.');
    expect(complaints).toEqual([]);
  });

  test('100,000 samples open, scroll, sort and search', async () => {
    const large = join(folder, 'large.html');
    const { files } = await writeReport(makeRun({ models: ['A'], samples: 100_000 }), large);
    expect(files.length).toBeGreaterThan(100);
    expect(readFileSync(large).length).toBeLessThan(2_000_000);
    const { page, complaints, requests } = await openPage(browser, large);
    await expect
      .poll(() => page.locator('.row .row-input').first().innerText(), { interval: 10 })
      .toContain('Portugal');
    expect(await count(page)).toBe('100\u202f000 of 100\u202f000 rows');
    expect(await page.locator('.row').count()).toBeLessThan(60);
    await page.locator('.rows').evaluate((list) => {
      list.scrollTop = list.scrollHeight;
    });
    await expect.poll(() => page.locator('.row .row-number').last().innerText()).toBe('100000');
    await expect.poll(() => page.locator('.row .row-input').last().innerText()).not.toBe('…');
    await page.getByLabel('Order', { exact: true }).selectOption({ label: 'worst first' });
    await expect.poll(() => page.locator('.row .row-score').first().innerText(), { interval: 10 }).toBe('0.000');
    await page.getByRole('searchbox').fill('phrasing 6249)');
    await expect.poll(() => count(page), { timeout: 20_000 }).toBe('16 of 100\u202f000 rows');
    expect(requests.every((url) => url.startsWith(`file://${folder}/large-data/`))).toBe(true);
    expect(complaints).toEqual([]);
  }, 120_000);
});
