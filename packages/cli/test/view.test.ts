import { cp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '@assay/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../../report/test/support/chromium.ts';
import { JournalCounter } from '../src/runs/journal-counter.ts';
import { RunCatalogue } from '../src/runs/run-catalogue.ts';
import { type HistoryRow, scoreHistory, trendsOf } from '../src/runs/score-history.ts';
import { createViewServer } from '../src/view/create-view-server.ts';
import { assay, type ScriptedProject, scriptedProject } from './assay.ts';

const TOKEN = 'view-token';
let project: ScriptedProject;
let runs: string;
let server: ReturnType<typeof createViewServer>;
let url: string;

beforeAll(async () => {
  project = await scriptedProject(30);
  runs = join(project.folder, '.assay', 'runs');
  const { code, stderr } = await assay(['run', project.config, '-o', join(runs, 'one')], project.folder);
  expect(code, stderr).toBe(0);
  await cp(join(runs, 'one'), join(runs, 'two'), { recursive: true });
  // The second run began later, and knows nothing any more.
  const manifest = await unsealed(join(runs, 'two', 'manifest.json'));
  await writeFile(
    join(runs, 'two', 'manifest.json'),
    JSON.stringify({
      ...manifest,
      createdAt: '2099-01-01T00:00:00Z',
      dataset: { ...(manifest.dataset as object), name: '<script>x' },
    }),
  );
  const summary = await unsealed(join(runs, 'two', 'summary.json'));
  const scores = (summary.scores as object[]).map((row: object) => ({ ...row, value: 0.05, interval: [0, 0.1] }));
  await writeFile(join(runs, 'two', 'summary.json'), JSON.stringify({ ...summary, scores }));
  server = createViewServer(new RunCatalogue(project.folder), TOKEN, () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${TOKEN}/`;
}, 60_000);
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await project?.remove();
});

/** What a file of a run holds, to be written as an earlier version wrote it. */
async function unsealed(file: string): Promise<Record<string, unknown>> {
  const { sealed: _, crc32: __, ...json } = JSON.parse(await readFile(file, 'utf8'));
  return json;
}

test('the list shows every run with its scores, hostile names escaped, under a strict policy', async () => {
  const answer = await fetch(url);
  const page = await answer.text();
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page).toContain('href="runs/one/report.html"');
  expect(page).toContain('&lt;script&gt;x');
  expect(page).not.toContain('<script>x');
  expect(page).not.toMatch(/https?:\/\//);
});

test('a report opens, is written when it is missing, and nothing outside the runs can be read', async () => {
  const answer = await fetch(`${url}runs/one/report.html`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  for (const path of [
    'runs/one/manifest.json',
    'runs/..%2f..%2f/report.html',
    'runs/one/report-data/..%2fx.js',
    'runs/three/report.html',
  ])
    expect((await fetch(`${url}${path}`)).status, path).toBe(404);
});

test('two runs are compared by their samples', async () => {
  const side = (run: string, model: string) => encodeURIComponent(JSON.stringify([run, model]));
  const answer = await fetch(`${url}compare?baseline=${side('one', 'first')}&candidate=${side('two', 'second')}`);
  const page = await answer.text();
  expect(page).toContain('factual_knowledge.factual_knowledge');
  expect(page).toContain('no difference on 30 samples');
  expect(page).toContain('Cost of the answers: baseline unknown');
  const itself = await fetch(`${url}compare?baseline=${side('one', 'first')}&candidate=${side('one', 'second')}`);
  expect(await itself.text()).toContain('factual_knowledge.factual_knowledge');
});

test('history is chosen by score, model, dataset and date', async () => {
  const page = async (query: string) => (await fetch(`${url}history?${query}`)).text();
  const titles = (text: string) => [...text.matchAll(/<h2>([^<]+)<\/h2>/g)].map(([, title]) => title);
  expect(titles(await page(''))).toContain('qa_accuracy.f1_score');
  const one = await page('score=factual_knowledge.factual_knowledge&model=first&dataset=made-up');
  expect(titles(one)).toEqual(['factual_knowledge.factual_knowledge']);
  expect(one).toContain('<option value="first" selected>');
  expect(titles(await page('since=2100-01-01&dataset=made-up'))).toEqual([]);
  expect(await page('since=nonsense&score=%3Cscript%3E')).toContain('No finished run has such a score.');
});

test('without the token, or by another name of this machine, there is nothing', async () => {
  expect((await fetch(url.replace(TOKEN, 'guess'))).status).toBe(404);
  const status = await new Promise((resolve) => {
    request(url, { headers: { host: 'rebound.example.org' } }, ({ statusCode }) => resolve(statusCode)).end();
  });
  expect(status).toBe(403);
});

test('a run that goes on shows how far it is, and a torn line does not count', async () => {
  const journal = join(project.folder, 'journal.jsonl');
  const whole = await readFile(join(runs, 'one', 'journal.jsonl'), 'utf8');
  const lines = whole.split('\n');
  const counter = new JournalCounter(journal);
  expect(await counter.count()).toBe(0);
  await writeFile(journal, `${lines.slice(0, 11).join('\n')}\n${lines[11]!.slice(0, 30)}`);
  const first = lines.slice(0, 11).filter((line) => line.startsWith('{"kind":"sample"')).length;
  expect(await counter.count()).toBe(first);
  await writeFile(journal, whole);
  expect(await counter.count()).toBe(60);
  const summary = JSON.parse(await readFile(join(runs, 'one', 'summary.json'), 'utf8')) as Summary;
  for (const { model, algorithm, score, n, mean } of counter.scores()) {
    const final = summary.scores.find(
      (each) => each.model === model && each.algorithm === algorithm && each.score === score && each.category === null,
    );
    expect([n, mean]).toEqual([final?.n, expect.closeTo(final?.value ?? -1)]);
  }
  expect(counter.scores()).toHaveLength(4);
  await truncate(journal, 0);
  expect(await counter.count()).toBe(0);
});

test('two who ask for a growing journal at once are told the same count, and no line counts twice', async () => {
  const journal = join(project.folder, 'twice.jsonl');
  await cp(join(runs, 'one', 'journal.jsonl'), journal);
  const counter = new JournalCounter(journal);
  expect(await Promise.all([counter.count(), counter.count(), counter.count()])).toEqual([60, 60, 60]);
  expect(await counter.count()).toBe(60);
});

test('a run is running as long as a living process holds its lock, and a file that changed is read again', async () => {
  const place = join(project.folder, 'locked');
  await cp(join(runs, 'one'), join(place, 'three'), { recursive: true });
  const catalogue = new RunCatalogue(place);
  const state = async () => (await catalogue.find('three'))?.state;
  expect(await state()).toBe('finished');
  const lock = join(place, 'three', 'lock');
  const holder = (pid: number) => JSON.stringify({ pid, host: hostname(), startedAt: null });
  await writeFile(lock, holder(process.pid));
  expect(await state()).toBe('running');
  await rm(join(place, 'three', 'summary.json'));
  await writeFile(lock, holder(2 ** 22 + 1));
  expect(await state()).toBe('stopped');
  const file = join(place, 'three', 'manifest.json');
  const manifest = await unsealed(file);
  await writeFile(file, JSON.stringify({ ...manifest, createdAt: '2001-01-01T00:00:00Z' }));
  expect((await catalogue.list())[0]?.manifest.createdAt).toBe('2001-01-01T00:00:00Z');
});

test('history calls a run worse only where the intervals part, on the same dataset', async () => {
  const list = await new RunCatalogue(runs).list();
  expect(list.map(({ name, state }) => [name, state])).toEqual([
    ['two', 'finished'],
    ['one', 'finished'],
  ]);
  const trends = scoreHistory(list, { score: 'factual_knowledge', model: 'first' });
  expect(trends).toHaveLength(1);
  expect(trends[0]?.points.map(({ run, change }) => [run, change])).toEqual([
    ['one', null],
    ['two', 'worse'],
  ]);
  expect(scoreHistory(list, { since: new Date('2090-01-01') })[0]?.points).toHaveLength(1);
});

test('since a date, the newest run is held against the last one before it', () => {
  const row = (day: number, value: number, better: HistoryRow['better'] = 'higher'): HistoryRow => ({
    run: `run ${day}`,
    createdAt: `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`,
    dataset: 'd',
    model: 'm',
    algorithm: 'a',
    score: 's',
    value,
    interval: [value - 0.05, value + 0.05],
    n: 100,
    signature: 'a|v1',
    better,
  });
  const rows = [row(20, 0.62), row(4, 0.7), row(9, 0.66), row(1, 0.9)];
  const since = new Date('2026-11-08');
  const [trend] = trendsOf(rows, { since });
  expect(trend?.points.map(({ run }) => run)).toEqual(['run 9', 'run 20']);
  expect([trend?.since?.from.run, trend?.since?.to.run, trend?.since?.change]).toEqual(['run 4', 'run 20', null]);
  const fallen = [...rows.slice(1), row(21, 0.5)];
  expect(trendsOf(fallen, { since })[0]?.since?.change).toBe('worse');
  expect(
    trendsOf(
      fallen.map((each) => ({ ...each, better: 'lower' })),
      { since },
    )[0]?.since?.change,
  ).toBe('better');
  expect(
    trendsOf(
      fallen.map((each) => ({ ...each, better: null })),
      { since },
    )[0]?.since?.change,
  ).toBeNull();
  expect(
    trendsOf(
      fallen.map((each) => ({ ...each, createdAt: '' })),
      { since },
    ),
  ).toEqual([]);
});

test('values that were computed by other settings are a trend of their own', () => {
  const row = (day: number, value: number, signature: string): HistoryRow => ({
    run: `run ${day}`,
    createdAt: `2026-11-0${day}T00:00:00.000Z`,
    dataset: 'd',
    model: 'm',
    algorithm: 'a',
    score: 's',
    value,
    interval: [value - 0.05, value + 0.05],
    n: 100,
    signature,
    better: 'higher',
  });
  const trends = trendsOf([row(1, 0.9, 'a|v1'), row(2, 0.8, 'a|v1'), row(3, 0.4, 'a|v2'), row(4, 0.6, 'a|v2')], {});
  expect(trends.map(({ signature, isRescored }) => [signature, isRescored])).toEqual([
    ['a|v1', false],
    ['a|v2', true],
  ]);
  expect(trends.map(({ points }) => points.map(({ change }) => change))).toEqual([
    [null, null],
    [null, 'better'],
  ]);
});

test('assay history reads a Parquet store as it reads the runs', async () => {
  const store = join(project.folder, 'store');
  const one = join(runs, 'one');
  const { code, stderr } = await assay(['report', one, '--format', 'parquet-store', '-o', store], project.folder);
  expect(code, stderr).toBe(0);
  const read = async (folder: string) => {
    const args = ['history', folder, '--model', 'first', '--score', 'factual_knowledge', '--json'];
    return JSON.parse((await assay(args, project.folder)).stdout);
  };
  const [[stored], [kept]] = [await read(store), await read(one)];
  expect(stored.score).toBe(kept.score);
  const figures = (trend: typeof stored) =>
    trend.points.map(({ value, n }: { value: number; n: number }) => [value.toFixed(9), n]).sort();
  expect(figures(stored)).toEqual(figures(kept));
});

test('assay history prints the trend, and says what there is when nothing fits', async () => {
  const { code, stdout } = await assay(['history', '--model', 'first'], project.folder);
  expect(code).toBe(0);
  expect(stdout).toContain('factual_knowledge.factual_knowledge   first on made-up');
  expect(stdout).toMatch(/ {2}worse\n[\s\S]*than the run before/);
  const none = await assay(['history', '--score', 'nothing'], project.folder);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('qa_accuracy.f1_score')]);
  const nowhere = await assay(['view', 'nowhere'], project.folder);
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('RUN_NOT_FOUND')]);
});

test('a report opens in an origin of its own, and reaches the data of no other run', async () => {
  const answer = await fetch(`${url}runs/one/report.html`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/^sandbox allow-scripts allow-downloads; default-src 'none'/);
  expect(policy).not.toContain('allow-same-origin');
  expect(policy).toContain(`script-src 'unsafe-inline' ${url}runs/one/report-data/;`);
});

test('an address that is no encoding of one is nothing, and no link leads out of a run', async () => {
  const secret = join(project.folder, 'secret.html');
  await writeFile(secret, 'the secret');
  await cp(join(runs, 'one'), join(runs, 'linked'), { recursive: true });
  await rm(join(runs, 'linked', 'report.html'));
  await symlink(secret, join(runs, 'linked', 'report.html'));
  for (const path of [
    'runs/%ff/report.html',
    'runs/%/report.html',
    'runs/linked/report.html',
    'runs/one/report-data/x.js',
  ]) {
    const answer = await fetch(`${url}${path}`);
    expect([answer.status, await answer.text()], path).toEqual([404, 'nothing here']);
  }
  await rm(join(runs, 'linked'), { recursive: true });
});

test.skipIf(CHROMIUM === null)(
  `in Chromium${NO_CHROMIUM} a report with its data beside it works from its own origin, and reads nothing of others`,
  async () => {
    const rows = Array.from({ length: 20_500 }, (_, i) => `{"q":"Question ${i}?","a":"w","o":"w"}\n`).join('');
    await writeFile(join(project.folder, 'many.jsonl'), rows);
    const keys = ['--model-input-key', 'q', '--target-output-key', 'a', '--model-output-key', 'o'];
    const args = ['score', 'many.jsonl', '--algorithms', 'exact_match', ...keys, '-o', join(runs, 'many')];
    const scored = await assay(args, project.folder);
    expect(scored.code, scored.stderr).toBe(0);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(`${url}runs/many/report.html`);
      await page.locator('.row').first().waitFor({ timeout: 20_000 });
      expect(await page.evaluate('self.origin')).toBe('null');
      const other = JSON.stringify(`${url}runs/one/report.html`);
      expect(await page.evaluate(`fetch(${other}).then(() => 'read', () => 'refused')`)).toBe('refused');
    } finally {
      await browser.close();
      await rm(join(runs, 'many'), { recursive: true, force: true });
    }
  },
  120_000,
);
