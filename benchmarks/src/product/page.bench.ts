import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { describeMachine } from '../machine.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
/** As many as the page of every run lists. */
const ROWS = 100_000;
const OPENINGS = 5;
const FRAMES = 120;
/** Pixels that the list scrolls between two frames. */
const STEP = 400;

/** The page of a scored file in Chromium: milliseconds, medians of five openings. */
export interface PageFigures {
  readonly rows: number;
  /** From the address to the first row's text. */
  readonly openMs: number;
  readonly frameMs: { readonly median: number; readonly p95: number };
  /** From the choice of `worst first` to the first row in that order. */
  readonly sortMs: number;
  /** From the last key to the end of a search through every text. */
  readonly searchMs: number;
}

/** `npm run bench -- page [--json]` */
export async function benchPage(args: readonly string[]): Promise<number> {
  if (!existsSync(CHROMIUM)) {
    console.error(`no Chromium at ${CHROMIUM}; set CHROMIUM_PATH`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-page-'));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const page = makePage(folder);
    const all: PageFigures[] = [];
    for (let opening = 0; opening < OPENINGS; opening++) all.push(await measure(browser, page));
    tell(medians(all), args.includes('--json'));
    return 0;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Scores a file of short answers. @returns its page, which lists all of them */
function makePage(folder: string): string {
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const output = i % 3 === 0 ? `It is word${i}, as far as I know.` : `word${i % 7 === 0 ? i + 1 : i}`;
    return JSON.stringify({ input: `Which word is number ${i}?`, target: `word${i}`, output, kind: `kind ${i % 12}` });
  });
  writeFileSync(join(folder, 'answers.jsonl'), lines.join('\n'));
  const keys = ['--model-input-key', 'input', '--target-output-key', 'target', '--model-output-key', 'output'];
  const score = ['score', 'answers.jsonl', '--algorithms', 'qa_accuracy,factual_knowledge', ...keys];
  execFileSync(process.execPath, [COMMAND, ...score, '--category-key', 'kind', '-o', 'run'], { cwd: folder });
  return join(folder, 'run', 'report.html');
}

async function measure(browser: Browser, file: string): Promise<PageFigures> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    const began = performance.now();
    await page.goto(`file://${file}`);
    await page.locator('.row .row-input').first().getByText('Which word').waitFor();
    const openMs = performance.now() - began;
    const frames = await page.locator('.rows').evaluate(
      async (list, { count, step }) => {
        const times: number[] = [];
        let last = performance.now();
        for (let i = 0; i < count; i++) {
          list.scrollTop += step;
          await new Promise((resume) => list.ownerDocument.defaultView?.requestAnimationFrame(resume));
          times.push(performance.now() - last);
          last = performance.now();
        }
        return times;
      },
      { count: FRAMES, step: STEP },
    );
    const frameMs = { median: quantile(frames, 0.5), p95: quantile(frames, 0.95) };
    const sorted = performance.now();
    await page.getByLabel('Order', { exact: true }).selectOption({ label: 'worst first' });
    await page.locator('.row .row-score').first().getByText('0.000').waitFor();
    const sortMs = performance.now() - sorted;
    const searched = performance.now();
    await page.getByRole('searchbox').fill(`number ${ROWS - 1}?`);
    await page
      .locator('.toolbar output')
      .getByText(/^1 of [^,]*rows$/)
      .waitFor();
    return { rows: ROWS, openMs, frameMs, sortMs, searchMs: performance.now() - searched };
  } finally {
    await page.close();
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

function medians(all: readonly PageFigures[]): PageFigures {
  const of = (figure: (each: PageFigures) => number) => quantile(all.map(figure), 0.5);
  return {
    rows: all[0]!.rows,
    openMs: of(({ openMs }) => openMs),
    frameMs: { median: of(({ frameMs }) => frameMs.median), p95: of(({ frameMs }) => frameMs.p95) },
    sortMs: of(({ sortMs }) => sortMs),
    searchMs: of(({ searchMs }) => searchMs),
  };
}

function tell(figures: PageFigures, isJson: boolean): void {
  const machine = describeMachine();
  if (isJson) {
    console.log(JSON.stringify({ machine, figures }, null, 2));
    return;
  }
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  console.log(`${machine.cpu}, ${machine.cores} cores, node ${machine.node}, commit ${machine.commit}`);
  console.log(
    `${figures.rows.toLocaleString('en')} rows: open ${ms(figures.openMs)}; frames ${ms(figures.frameMs.median)}, 95th percentile ${ms(figures.frameMs.p95)}; sort ${ms(figures.sortMs)}; search ${ms(figures.searchMs)}`,
  );
}
