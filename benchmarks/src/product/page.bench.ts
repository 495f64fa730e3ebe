import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type CDPSession, chromium } from 'playwright-core';
import { describeMachine } from '../machine.ts';
import type { SpeedLine, Tell } from '../speed-line.ts';
import { measureRuns, RUNS, type RunsFigures } from './runs-list.ts';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const SAMPLES = 100_000;
const MODELS = ['first', 'second'];
const OPENINGS = 5;
const FRAMES = 120;
/** Pixels that the list scrolls between two frames. */
const STEP = 400;

/** Milliseconds by the clock, and those of CPU of the page's own thread, which other work on the machine hardly touches. */
interface Step {
  readonly ms: number;
  readonly cpuMs: number;
}

/** The page of two models over the same samples in Chromium: medians of five openings. */
export interface PageFigures {
  /** From the address to the first row's text. */
  readonly open: Step;
  /** From the choice of `worst first` to the first row in that order. */
  readonly sort: Step;
  /** From the choice of a category to its rows alone. */
  readonly filter: Step;
  /** From the last key to the end of a search through every text; 120 ms of it wait for a next key. */
  readonly search: Step;
  readonly frameMs: { readonly median: number; readonly p95: number };
}

/** `npm run bench -- page [--json]` */
export async function benchPage(args: readonly string[], save: Tell): Promise<number> {
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
    const [figures, runs] = [medians(all), await measureRuns(browser, folder)];
    for (const line of linesOf(figures, runs)) save(line);
    tell(figures, runs, args.includes('--json'));
    return 0;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Scores two models' short answers to the same questions. @returns the page of both, which lists all of them */
function makePage(folder: string): string {
  const assay = (...args: string[]) =>
    execFileSync(process.execPath, [COMMAND, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  MODELS.forEach((model, m) => {
    const lines = Array.from({ length: SAMPLES }, (_, i) => {
      const output =
        (i + m) % 3 === 0 ? `It is word${i}, as far as I know.` : `word${(i + 3 * m) % 7 === 0 ? i + 1 : i}`;
      return JSON.stringify({
        input: `Which word is number ${i}?`,
        target: `word${i}`,
        output,
        kind: `kind ${i % 12}`,
      });
    });
    writeFileSync(join(folder, `${model}.jsonl`), lines.join('\n'));
    const keys = ['--model-input-key', 'input', '--target-output-key', 'target', '--model-output-key', 'output'];
    const how = ['--algorithms', 'qa_accuracy,factual_knowledge', '--category-key', 'kind', '--display', 'none'];
    assay('score', `${model}.jsonl`, ...how, ...keys, '-o', model);
  });
  assay('compare', ...MODELS, '--format', 'html', '-o', 'page.html');
  return join(folder, 'page.html');
}

async function measure(browser: Browser, file: string): Promise<PageFigures> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const step = (act: () => Promise<unknown>) => timed(session, act);
    const found = page.locator('.toolbar output');
    const open = await step(async () => {
      await page.goto(`file://${file}`, { waitUntil: 'commit' });
      await page.locator('.row .row-input').first().getByText('Which word').waitFor();
    });
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
    const sort = await step(async () => {
      await page.getByLabel('Order', { exact: true }).selectOption({ label: 'worst first' });
      await page.locator('.row .row-score').first().getByText('0.000').waitFor();
    });
    const filter = await step(async () => {
      await page.getByLabel('Category', { exact: true }).selectOption({ label: 'kind 3' });
      await found.getByText(/^16.66\d of/).waitFor();
    });
    await page.getByLabel('Category', { exact: true }).selectOption({ label: 'all' });
    const search = await step(async () => {
      await page.getByRole('searchbox').fill(`number ${SAMPLES - 1}?`);
      await found.getByText(/^2 of [^,]*rows$/).waitFor();
    });
    return { open, sort, filter, search, frameMs };
  } finally {
    await page.close();
  }
}

async function timed(session: CDPSession, act: () => Promise<unknown>): Promise<Step> {
  const cpu = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
  const before = await cpu();
  const began = performance.now();
  await act();
  const ms = performance.now() - began;
  return { ms, cpuMs: (await cpu()) - before };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

function medians(all: readonly PageFigures[]): PageFigures {
  const of = (figure: (each: PageFigures) => number) => quantile(all.map(figure), 0.5);
  const step = (name: 'open' | 'sort' | 'filter' | 'search') => ({
    ms: of((each) => each[name].ms),
    cpuMs: of((each) => each[name].cpuMs),
  });
  return {
    ...{ open: step('open'), sort: step('sort'), filter: step('filter'), search: step('search') },
    frameMs: { median: of(({ frameMs }) => frameMs.median), p95: of(({ frameMs }) => frameMs.p95) },
  };
}

function linesOf({ open, sort, filter, search }: PageFigures, runs: RunsFigures): SpeedLine[] {
  const line = (what: string, { ms, cpuMs }: Step, most: number): SpeedLine => ({
    what: `page of ${SAMPLES.toLocaleString('en')} samples × ${MODELS.length} models, ${what}`,
    figure: `${ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} of CPU`,
    goal: `${most} ms`,
    reached: ms <= most,
  });
  return [
    line('open', open, 500),
    line('sort', sort, 50),
    line('filter', filter, 50),
    line('search', search, 500),
    {
      what: `${RUNS} runs listed by the viewer`,
      figure: `${runs.listedMs.toFixed(0)} ms`,
      goal: '300 ms',
      reached: runs.listedMs <= 300,
    },
  ];
}

function tell(figures: PageFigures, runs: RunsFigures, isJson: boolean): void {
  const machine = describeMachine();
  if (isJson) {
    console.log(JSON.stringify({ machine, figures, runs }, null, 2));
    return;
  }
  const whole = (value: number) => value.toFixed(0);
  const step = (name: string, { ms, cpuMs }: Step) => `${name} ${whole(ms)} ms (${whole(cpuMs)} of CPU)`;
  const { open, sort, filter, search, frameMs } = figures;
  console.log(`${machine.cpu}, ${machine.cores} cores, node ${machine.node}, commit ${machine.commit}`);
  console.log(
    `${SAMPLES.toLocaleString('en')} samples of ${MODELS.length} models: ${[
      step('open', open),
      step('sort', sort),
      step('filter', filter),
      step('search', search),
    ].join('; ')}; frames ${whole(frameMs.median)} ms, 95th percentile ${whole(frameMs.p95)}`,
  );
  console.log(
    `${RUNS} runs in the viewer: listed in ${whole(runs.listedMs)} ms (the answer in ${whole(runs.answerMs)}), drawn to the last in ${whole(runs.wholeMs)}`,
  );
}
