import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { describeMachine } from '../machine.ts';
import { type SpeedLine, shownLine, type Tell } from '../speed-line.ts';
import { MODELS, makeComparison, makeMillion, SAMPLES } from './page-fixtures.ts';
import { pageLines } from './page-lines.ts';
import { measurePage, type PageFacts, type PageFigures, quantile, type Step } from './page-steps.ts';
import { measureRuns, RUNS, type RunsFigures } from './runs-list.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const OPENINGS = 5;
/** Of the page of a million rows, which takes its time to make. */
const LARGE_OPENINGS = 3;
const STEPS = ['open', 'sort', 'sortAgain', 'filter', 'search'] as const;
const WORDS: Readonly<Record<(typeof STEPS)[number], string>> = {
  ...{ open: 'open', sort: 'sort', sortAgain: 'sort again', filter: 'filter', search: 'search' },
};

/** `npm run bench -- page [--million] [--json]` */
export async function benchPage(args: readonly string[], save: Tell): Promise<number> {
  if (!existsSync(CHROMIUM)) {
    console.error(`no Chromium at ${CHROMIUM}; set CHROMIUM_PATH`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-page-'));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const page = makeComparison(folder);
    const figures = await openings(browser, page, OPENINGS);
    const million = args.includes('--million')
      ? await openings(browser, await makeMillion(folder), LARGE_OPENINGS)
      : undefined;
    const runs = await measureRuns(browser, folder);
    const lines = pageLines(figures, runs);
    for (const line of lines) save(line);
    tell({ figures, million, runs }, lines, args.includes('--json'));
    return 0;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Medians of several openings. */
async function openings(browser: Browser, facts: PageFacts, count: number): Promise<PageFigures> {
  const all: PageFigures[] = [];
  for (let opening = 0; opening < count; opening++) all.push(await measurePage(browser, facts));
  const of = (figure: (each: PageFigures) => number) => quantile(all.map(figure), 0.5);
  const step = (name: (typeof STEPS)[number]): Step => ({
    ms: of((each) => each[name].ms),
    cpuMs: of((each) => each[name].cpuMs),
  });
  return {
    ...{ open: step('open'), sort: step('sort'), sortAgain: step('sortAgain') },
    ...{ filter: step('filter'), search: step('search') },
    frameMs: { median: of(({ frameMs }) => frameMs.median), p95: of(({ frameMs }) => frameMs.p95) },
  };
}

interface Measured {
  readonly figures: PageFigures;
  readonly million: PageFigures | undefined;
  readonly runs: RunsFigures;
}

/** The lines with their goals, then what stands behind them. */
function tell({ figures, million, runs }: Measured, lines: readonly SpeedLine[], isJson: boolean): void {
  const machine = describeMachine();
  if (isJson) {
    console.log(JSON.stringify({ machine, figures, ...(million === undefined ? {} : { million }), runs }, null, 2));
    return;
  }
  console.log(`${machine.cpu}, ${machine.cores} cores, node ${machine.node}, commit ${machine.commit}`);
  for (const line of lines) console.log(shownLine(line));
  console.log(`${SAMPLES.toLocaleString('en')} samples of ${MODELS.length} models: ${stepsText(figures)}`);
  if (million !== undefined) console.log(`a million rows, of ten models: ${stepsText(million)}`);
  const { listed, whole, answerMs, serverCpuMs } = runs;
  console.log(
    `${RUNS} runs in the viewer: listed in ${stepText(listed)}, drawn to the last in ${stepText(whole)}; the server answers in ${answerMs.toFixed(0)} ms and takes ${serverCpuMs.toFixed(0)} ms of CPU a look`,
  );
}

function stepsText(figures: PageFigures): string {
  const { median, p95 } = figures.frameMs;
  const steps = STEPS.map((name) => `${WORDS[name]} ${stepText(figures[name])}`).join('; ');
  return `${steps}; frames ${median.toFixed(0)} ms, 95th percentile ${p95.toFixed(0)}`;
}

function stepText({ ms, cpuMs }: Step): string {
  return `${ms.toFixed(0)} ms (${cpuMs.toFixed(0)} of CPU)`;
}
