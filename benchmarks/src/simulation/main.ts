import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Cell, Found, Page } from './cell.ts';
import { grid } from './grid.ts';
import type { GridTask } from './grid-worker.ts';
import { proofChart } from './proof-chart.ts';
import { proofPage } from './proof-page.ts';

const PAGES: readonly Page[] = ['statistics', 'judges'];
const PROOFS = fileURLToPath(new URL('../../proof/', import.meta.url));
const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));

/**
 * `npm run simulate`: the whole grid, written to benchmarks/proof/ with its charts.
 * `--page NAME`: that page only. `--quick`: the reduced grid of CI, fewer runs, nothing written. `--only WORD`: the groups
 * that hold the word, nothing written. Exits 1 where a cell misses.
 */
async function main(args: readonly string[]): Promise<number> {
  const isQuick = args.includes('--quick');
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const only = option('--only');
  const pages = PAGES.filter((page) => page === (option('--page') ?? page));
  const cells = grid();
  const places = cells.flatMap((cell, at) =>
    (!isQuick || cell.quick === true) &&
    `${cell.group} ${cell.shape}`.includes(only ?? '') &&
    pages.includes(pageOf(cell))
      ? [at]
      : [],
  );
  const found = await simulated(cells, places, isQuick);
  for (const group of new Set(found.map(({ cell }) => cell.group))) console.log(line(found, group));
  const missed = found.filter(({ passes }) => !passes);
  for (const { cell, value, runs } of missed) {
    console.log(
      `missed: ${cell.group} · ${cell.shape} · ${cell.size}: ${cell.measure} ${percent(value)} in ${runs} runs`,
    );
  }
  const refused = found.filter((each) => each.refused === 1);
  for (const { cell } of refused) console.log(`refused: ${cell.group} · ${cell.shape} · ${cell.size}`);
  const { user, system } = process.cpuUsage();
  const seconds = (user + system) / 1e6;
  console.log(
    `simulate: ${found.length} cells, ${missed.length} missed, ${refused.length} refused, ${seconds.toFixed(0)} CPU seconds`,
  );
  if (!isQuick && only === undefined) for (const page of pages) write(found, page);
  return missed.length === 0 && found.length > 0 ? 0 : 1;
}

/** Each cell has its own seed: how they are spread over threads changes nothing. */
async function simulated(cells: readonly Cell[], places: readonly number[], quick: boolean): Promise<Found[]> {
  const threads = Math.min(availableParallelism(), places.length);
  const found = new Map<number, Found>();
  const work = Array.from({ length: threads }, (_, thread) => {
    const task: GridTask = { places: places.filter((_place, at) => at % threads === thread), quick };
    const worker = new Worker(new URL('./grid-worker.js', import.meta.url), { workerData: task });
    worker.on('message', ([place, figures]: [number, Omit<Found, 'cell'>]) => {
      found.set(place, { ...figures, cell: cells[place]! });
    });
    return new Promise<void>((resolve, reject) => worker.on('error', reject).on('exit', () => resolve()));
  });
  await Promise.all(work);
  return places.map((place) => found.get(place)!);
}

function write(all: readonly Found[], page: Page): void {
  const found = all.filter(({ cell }) => pageOf(cell) === page);
  mkdirSync(PROOFS, { recursive: true });
  writeFileSync(`${PROOFS}${page}.md`, proofPage(found, page));
  writeFileSync(`${IMAGES}${page}-proof.svg`, proofChart(found));
}

function pageOf({ page = 'statistics' }: Cell): Page {
  return page;
}

function line(all: readonly Found[], group: string): string {
  const found = all.filter(({ cell }) => cell.group === group);
  const values = found.flatMap(({ value }) => value ?? []);
  const { measure } = found[0]!.cell;
  const worst = measure === 'error' || measure === 'ratio' ? Math.max(...values) : Math.min(...values);
  return `${group.padEnd(76)} ${`${found.length}`.padStart(4)} cells   worst ${measure} ${values.length === 0 ? '–' : percent(worst)}`;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

process.exitCode = await main(process.argv.slice(2));
