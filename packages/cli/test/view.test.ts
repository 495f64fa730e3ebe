import { cp, readFile, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JournalCounter } from '../src/runs/journal-counter.ts';
import { RunCatalogue } from '../src/runs/run-catalogue.ts';
import { scoreHistory } from '../src/runs/score-history.ts';
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
  const manifest = JSON.parse(await readFile(join(runs, 'two', 'manifest.json'), 'utf8'));
  await writeFile(
    join(runs, 'two', 'manifest.json'),
    JSON.stringify({
      ...manifest,
      createdAt: '2099-01-01T00:00:00Z',
      dataset: { ...manifest.dataset, name: '<script>x' },
    }),
  );
  const summary = JSON.parse(await readFile(join(runs, 'two', 'summary.json'), 'utf8'));
  const scores = summary.scores.map((row: object) => ({ ...row, value: 0.05, interval: [0, 0.1] }));
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
  await truncate(journal, 0);
  expect(await counter.count()).toBe(0);
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

test('assay history prints the trend, and says what there is when nothing fits', async () => {
  const { code, stdout } = await assay(['history', '--model', 'first'], project.folder);
  expect(code).toBe(0);
  expect(stdout).toContain('factual_knowledge.factual_knowledge   first on made-up');
  expect(stdout).toContain('worse than the run before');
  const none = await assay(['history', '--score', 'nothing'], project.folder);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('qa_accuracy.f1_score')]);
  const nowhere = await assay(['view', 'nowhere'], project.folder);
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('RUN_NOT_FOUND')]);
});
