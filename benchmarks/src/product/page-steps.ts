/// <reference lib="dom" />
import type { Browser, CDPSession, Page } from 'playwright-core';

const FRAMES = 120;
/** Pixels that the list scrolls between two frames. */
const STEP = 400;

/** Milliseconds by the clock, and those of CPU of the page's own thread, which other work on the machine hardly touches. */
export interface Step {
  readonly ms: number;
  readonly cpuMs: number;
}

/** What is looked for in a page of samples. */
export interface PageFacts {
  readonly file: string;
  /** Rows of `kind 3`, and how many have the text. */
  readonly ofKind: RegExp;
  readonly text: string;
  readonly found: RegExp;
}

/** A page of samples in Chromium, one opening. */
export interface PageFigures {
  /** From the address to the first row's text. */
  readonly open: Step;
  /** From the choice of `worst first` to the frame that has the rows in that order. */
  readonly sort: Step;
  /** The same again, once the order is known. */
  readonly sortAgain: Step;
  /** From the choice of a category to the frame that has its rows alone. */
  readonly filter: Step;
  /** From the last key to the end of a search through every text; 120 ms of it wait for a next key. */
  readonly search: Step;
  readonly frameMs: { readonly median: number; readonly p95: number };
}

export async function measurePage(browser: Browser, { file, ofKind, text, found }: PageFacts): Promise<PageFigures> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  try {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const open = await timed(session, async () => {
      await page.goto(`file://${file}`, { waitUntil: 'commit' });
      await page.locator('.row .row-input').first().getByText('Which word').waitFor();
    });
    const frameMs = await scrolled(page);
    const choice = (label: string, option: string, place: string, shows: RegExp) =>
      chosen(page, session, { label, option, place, shows: shows.source });
    const [score, count] = ['.row .row-score', '.toolbar output'];
    const sort = await choice('Order', 'worst first', score, /^0\.000$/);
    await choice('Order', 'best first', score, /^1\.000$/);
    const sortAgain = await choice('Order', 'worst first', score, /^0\.000$/);
    const filter = await choice('Category', 'kind 3', count, ofKind);
    await choice('Category', 'all', count, /^(.+) of \1 rows/);
    const search = await timed(session, async () => {
      await page.getByRole('searchbox').fill(text);
      await page.locator(count).getByText(found).waitFor({ timeout: 120_000 });
    });
    return { open, sort, sortAgain, filter, search, frameMs };
  } finally {
    await page.close();
  }
}

/** Milliseconds between frames while the list scrolls. */
async function scrolled(page: Page): Promise<PageFigures['frameMs']> {
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
  return { median: quantile(frames, 0.5), p95: quantile(frames, 0.95) };
}

interface Choice {
  readonly label: string;
  readonly option: string;
  /** What shows that it was done, and what it then says. */
  readonly place: string;
  readonly shows: string;
}

/** Chooses in the page itself, so that no look of the test driver's is counted. */
async function chosen(page: Page, session: CDPSession, choice: Choice): Promise<Step> {
  const before = await cpuOf(session);
  const ms = await page.evaluate(async ({ label, option, place, shows }) => {
    const select = document.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`);
    const wanted = [...(select?.options ?? [])].find(({ text }) => text === option);
    if (select === null || wanted === undefined) throw new Error(`there is no ${option} in ${label}`);
    const done = new RegExp(shows);
    const began = performance.now();
    select.value = wanted.value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
    do {
      await new Promise((resume) => requestAnimationFrame(resume));
      if (performance.now() - began > 60_000) throw new Error(`${place} does not say ${shows}`);
    } while (!done.test(document.querySelector(place)?.textContent ?? ''));
    return performance.now() - began;
  }, choice);
  return { ms, cpuMs: (await cpuOf(session)) - before };
}

async function timed(session: CDPSession, act: () => Promise<unknown>): Promise<Step> {
  const before = await cpuOf(session);
  const began = performance.now();
  await act();
  const ms = performance.now() - began;
  return { ms, cpuMs: (await cpuOf(session)) - before };
}

/** Milliseconds of CPU that the page's own thread has taken. */
export async function cpuOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}
