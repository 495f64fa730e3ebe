// biome-ignore-all lint/performance/useDomNodeTextContent: these are Playwright's locators, not nodes
import { existsSync } from 'node:fs';
import { cp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Manifest, Summary } from '@assay/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../../report/test/support/chromium.ts';
import { JournalCounter } from '../src/runs/journal-counter.ts';
import { RunCatalogue } from '../src/runs/run-catalogue.ts';
import { RunningScores } from '../src/runs/running-scores.ts';
import { type HistoryRow, scoreHistory, trendsOf } from '../src/runs/score-history.ts';
import { createViewServer } from '../src/view/create-view-server.ts';
import { ResumedRuns } from '../src/view/resumed-runs.ts';
import { type ScriptedProject, scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

const TOKEN = 'view-token';
let project: ScriptedProject;
let runs: string;
let server: ReturnType<typeof createViewServer>;
let url: string;
let browser: Awaited<ReturnType<typeof launchChromium>>;

beforeAll(async () => {
  project = await scriptedProject(30);
  runs = join(project.folder, '.assay', 'runs');
  const { code, stderr } = await assayHere(['run', project.config, '-o', join(runs, 'one')], project.folder);
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
  server = createViewServer(new RunCatalogue(project.folder), TOKEN, () => {}, { resumed: new ResumedRuns([]) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${TOKEN}/`;
  if (CHROMIUM !== null) browser = await launchChromium();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  await project?.remove();
});

/** What a file of a run holds, to be written as an earlier version wrote it. */
async function unsealed(file: string): Promise<Record<string, unknown>> {
  const { sealed: _, crc32: __, ...json } = JSON.parse(await readFile(file, 'utf8'));
  return json;
}

/** What the app draws a page from. */
function dataIn(page: string) {
  return JSON.parse(/id="data-page">(.*)<\/script>/.exec(page)![1]!);
}

/** As the page itself asks: from its own origin, in JSON. */
function ask(path: string, change: unknown, headers: Record<string, string> = {}) {
  const origin = new URL(url).origin;
  const sent = { origin, 'content-type': 'application/json', ...headers };
  return fetch(`${url}${path}`, { method: 'POST', headers: sent, body: JSON.stringify(change) });
}

test('the list shows every run with its scores, hostile names escaped, under a strict policy', async () => {
  const answer = await fetch(url);
  const page = await answer.text();
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(dataIn(page).runs.map(({ name, dataset }: { name: string; dataset: string }) => [name, dataset])).toEqual([
    ['two', '<script>x'],
    ['one', 'made-up'],
  ]);
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
  const compared = async (baseline: string, candidate: string) => {
    const answer = await fetch(`${url}compare?baseline=${baseline}&candidate=${candidate}`);
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox allow-scripts/);
    return answer.text();
  };
  const page = await compared(side('one', 'first'), side('two', 'second'));
  const { choices, pairs, effort } = dataIn(page);
  expect(page).toContain('data-home="./"');
  expect(pairs.all.map(({ key }: { key: string }) => key)).toContain('factual_knowledge.factual_knowledge');
  expect(pairs.all[0].reason).toContain('no difference on 30 samples');
  expect(effort.models[0].cost).toBe('unknown');
  expect(choices.sides.map(({ value }: { value: string }) => value)).toContain('["one","first"]');
  expect(choices.baseline).toBe('["one","first"]');
  expect(choices.candidates).toEqual([
    {
      value: '["two","second"]',
      differs: [],
      same: ['model', 'data', 'config', 'scores', 'seed', 'assay', 'commit'],
    },
  ]);
  const itself = await compared(side('one', 'first'), side('one', 'second'));
  expect(dataIn(itself).models.map(({ name }: { name: string }) => name)).toEqual(['first', 'second']);
  const gone = await fetch(`${url}compare?baseline=${side('one', 'first')}&candidate=${side('gone', 'second')}`);
  expect([gone.status, await gone.text()]).toEqual([404, 'there is no such run or model any more']);
});

test('several models of several runs are compared with one baseline; too many, and one twice, are told or left', async () => {
  const compared = (baseline: string, ...candidates: string[]) =>
    fetch(
      `${url}compare?${new URLSearchParams([['baseline', baseline], ...candidates.map((each) => ['candidate', each])])}`,
    );
  const [first, second, other] = ['["one","first"]', '["one","second"]', '["two","second"]'];
  const { choices, pairs, models, categories } = dataIn(await (await compared(other!, first!, second!, first!)).text());
  expect(choices.candidates.map(({ value }: { value: string }) => value)).toEqual([first, second]);
  expect(models).toHaveLength(3);
  expect(models[0].name).toContain('two');
  const key = 'factual_knowledge.factual_knowledge';
  const found = pairs.all.filter((pair: { key: string }) => pair.key === key);
  expect(
    found.map(({ baseline, candidate }: { baseline: number; candidate: number }) => [baseline, candidate]),
  ).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
  // Each side's own figures, and no pair's.
  expect(JSON.stringify(categories)).not.toContain('"pair":{');
  expect((await compared(first!, second!, first!)).status).toBe(409);
  const many = await compared(first!, ...Array(8).fill(second));
  expect([many.status, await many.text()]).toEqual([400, 'a comparison has at most 7 candidates']);
});

test('what broke since the last run: without sides the newest run is compared with the one before, model by model', async () => {
  await cp(join(runs, 'one'), join(runs, 'newer'), { recursive: true });
  const manifest = await unsealed(join(runs, 'newer', 'manifest.json'));
  await writeFile(
    join(runs, 'newer', 'manifest.json'),
    JSON.stringify({ ...manifest, createdAt: '2099-06-01T00:00:00Z' }),
  );
  const { choices } = dataIn(await (await fetch(`${url}compare`)).text());
  expect([choices.baseline, choices.candidates[0].value]).toEqual(['["one","first"]', '["newer","first"]']);
  await rm(join(runs, 'newer'), { recursive: true });
});

test('a run is held against another on a score', async () => {
  const query = new URLSearchParams({
    baseline: '["one","first"]',
    candidate: '["one","second"]',
    score: 'factual_knowledge.factual_knowledge',
  });
  const answer = await fetch(`${url}against.json?${query}`);
  expect(await answer.json()).toMatchObject({ verdict: expect.any(String), difference: 0, worse: [] });
  query.set('score', 'no.such');
  expect(await (await fetch(`${url}against.json?${query}`)).json()).toMatchObject({ words: 'not compared' });
});

test('name, tags, note and star of a run are kept beside it; what is no such thing changes nothing', async () => {
  const notes = { name: 'a <b>name</b>', tags: ['x', 'y'], note: 'why', isStarred: true };
  expect((await ask('notes.json?run=one', notes)).status).toBe(200);
  expect((await ask('notes.json?run=one', { isArchived: true })).status).toBe(200);
  const [, one] = (await (await fetch(`${url}runs.json`)).json()).runs;
  expect(one).toMatchObject({
    title: 'a <b>name</b>',
    tags: ['x', 'y'],
    note: 'why',
    isStarred: true,
    isArchived: true,
  });
  for (const [change, headers, status] of [
    [{ name: 'x'.repeat(201) }, {}, 400],
    [{ tags: 'x' }, {}, 400],
    [{ other: 1 }, {}, 400],
    [{ name: 'x' }, { 'content-type': 'text/plain' }, 415],
    [{ name: 'x' }, { origin: 'http://evil.example' }, 403],
    [{ note: 'x'.repeat(70_000) }, {}, 413],
  ] as const)
    expect((await ask('notes.json?run=one', change, headers)).status, JSON.stringify(change).slice(0, 40)).toBe(status);
  expect((await fetch(`${url}notes.json?run=one`, { method: 'POST', body: '{}' })).status).toBe(403);
  expect((await ask('notes.json?run=none', {})).status).toBe(404);
  const file = join(runs, 'one', 'notes.json');
  const kept = JSON.parse(await readFile(file, 'utf8'));
  expect(kept).toEqual({ ...notes, isArchived: true });
  await writeFile(file, 'torn');
  const listed = await (await fetch(`${url}runs.json`)).json();
  expect(listed.damaged[0].why).toContain('notes');
  expect((await ask('notes.json?run=one', { name: 'x' })).status).toBe(404);
  expect(await readFile(file, 'utf8')).toBe('torn');
  await rm(file);
});

test('a run is named, tagged and noted from its start; what is too long is refused before any work', async () => {
  const args = ['run', project.config, '-o', join('elsewhere', 'named'), '--limit', '2'];
  const noted = [...args, '--name', 'first try', '--tag', 'a, b', '--note', 'why not'];
  const { code, stderr } = await assayHere(noted, project.folder);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(await readFile(join(project.folder, 'elsewhere', 'named', 'notes.json'), 'utf8'))).toMatchObject({
    ...{ name: 'first try', tags: ['a', 'b'], note: 'why not', isStarred: false },
  });
  const refused = await assayHere([...args, '--name', 'x'.repeat(300)], project.folder);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--name is too long')]);
});

test('a run is deleted by the page, but not while it goes on', async () => {
  await cp(join(runs, 'one'), join(runs, 'gone'), { recursive: true });
  await writeFile(join(runs, 'gone', 'lock'), JSON.stringify({ pid: process.pid, host: hostname(), startedAt: null }));
  expect((await ask('delete.json?run=gone', {})).status).toBe(409);
  await rm(join(runs, 'gone', 'lock'));
  expect((await ask('delete.json?run=gone', {})).status).toBe(200);
  expect(existsSync(join(runs, 'gone'))).toBe(false);
});

test('what a run cost, and the gates of its config, stand in the list and in its history; other data in Compare', async () => {
  const priced = join(runs, 'priced');
  await cp(join(runs, 'one'), priced, { recursive: true });
  const manifest = (await unsealed(join(priced, 'manifest.json'))) as unknown as Manifest;
  const prices = 'prices: { currency: EUR, tokens: { first: { input: 1, output: 2 } } }';
  const gates = 'gates: ["factual_knowledge.factual_knowledge lower >= 0.25", "failed <= 9"]';
  const [file] = manifest.dataset.files;
  await writeFile(
    join(priced, 'manifest.json'),
    JSON.stringify({
      ...manifest,
      configText: `${manifest.configText}\n${prices}\n${gates}\n`,
      createdAt: '2100-06-01T00:00:00Z',
      dataset: { ...manifest.dataset, files: [{ ...file, sha256: 'ff'.repeat(32) }] },
    }),
  );
  try {
    const list = (await (await fetch(`${url}runs.json`)).json()).runs as { name: string; cost: string | null }[];
    expect(list.find(({ name }) => name === 'one')!.cost).toBeNull();
    const history = dataIn(await (await fetch(`${url}history?score=factual_knowledge.factual_knowledge`)).text());
    const gatesOf = (model: string) =>
      history.trends
        .filter((trend: { model: string; dataset: string }) => trend.model === model && trend.dataset === 'made-up')
        .flatMap((trend: { gates: object[] }) => trend.gates);
    expect(gatesOf('first')).toEqual([{ text: 'factual_knowledge.factual_knowledge lower >= 0.25', limit: 0.25 }]);
    const sides = new URLSearchParams({ baseline: '["one","first"]', candidate: '["priced","first"]' });
    const { notes, choices } = dataIn(await (await fetch(`${url}compare?${sides}`)).text());
    expect(choices.candidates[0].differs[0]).toMatch(/^data/);
    expect(notes).toContainEqual(expect.stringContaining('no score is told to have moved'));
  } finally {
    await rm(priced, { recursive: true });
  }
});

test('history has the trends of the score that is asked for', async () => {
  const data = async (query: string) => dataIn(await (await fetch(`${url}history?${query}`)).text());
  const keys = (trends: { key: string }[]) => new Set(trends.map(({ key }) => key));
  const first = await data('');
  expect(keys(first.trends)).toEqual(new Set(['factual_knowledge.factual_knowledge', 'qa_accuracy.f1_score']));
  expect(first.scores).toContain('qa_accuracy.recall_over_words');
  const one = await data('score=qa_accuracy.recall_over_words');
  expect([one.score, keys(one.trends)]).toEqual([
    'qa_accuracy.recall_over_words',
    new Set(['qa_accuracy.recall_over_words']),
  ]);
  expect(one.trends[0].points[0]).toMatchObject({ n: 30, value: expect.any(Number), change: null });
  expect((await data('score=%3Cscript%3E')).trends).toEqual([]);
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
  const counter = new JournalCounter(journal, () => new RunningScores());
  expect(await counter.count()).toBe(0);
  await writeFile(journal, `${lines.slice(0, 11).join('\n')}\n${lines[11]!.slice(0, 30)}`);
  const first = lines.slice(0, 11).filter((line) => line.startsWith('{"kind":"sample"')).length;
  expect(await counter.count()).toBe(first);
  await writeFile(journal, whole);
  expect(await counter.count()).toBe(60);
  const summary = JSON.parse(await readFile(join(runs, 'one', 'summary.json'), 'utf8')) as Summary;
  for (const { model, algorithm, score, n, mean } of counter.tally.list()) {
    const final = summary.scores.find(
      (each) => each.model === model && each.algorithm === algorithm && each.score === score && each.category === null,
    );
    expect([n, mean]).toEqual([final?.n, expect.closeTo(final?.value ?? -1)]);
  }
  expect(counter.tally.list()).toHaveLength(4);
  await truncate(journal, 0);
  expect(await counter.count()).toBe(0);
});

test('two who ask for a growing journal at once are told the same count, and no line counts twice', async () => {
  const journal = join(project.folder, 'twice.jsonl');
  await cp(join(runs, 'one', 'journal.jsonl'), journal);
  const counter = new JournalCounter(journal, () => new RunningScores());
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
  const { code, stderr } = await assayHere(['report', one, '--format', 'parquet-store', '-o', store], project.folder);
  expect(code, stderr).toBe(0);
  const read = async (folder: string) => {
    const args = ['history', folder, '--model', 'first', '--score', 'factual_knowledge', '--json'];
    return JSON.parse((await assayHere(args, project.folder)).stdout);
  };
  const [[stored], [kept]] = [await read(store), await read(one)];
  expect(stored.score).toBe(kept.score);
  const figures = (trend: typeof stored) =>
    trend.points.map(({ value, n }: { value: number; n: number }) => [value.toFixed(9), n]).sort();
  expect(figures(stored)).toEqual(figures(kept));
});

test('assay history prints the trend, and says what there is when nothing fits', async () => {
  const { code, stdout } = await assayHere(['history', '--model', 'first'], project.folder);
  expect(code).toBe(0);
  expect(stdout).toContain('factual_knowledge.factual_knowledge   first on made-up');
  expect(stdout).toMatch(/ {2}worse\n[\s\S]*than the run before/);
  const none = await assayHere(['history', '--score', 'nothing'], project.folder);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('qa_accuracy.f1_score')]);
  const nowhere = await assayHere(['view', 'nowhere'], project.folder);
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('RUN_NOT_FOUND')]);
});

test('notes on samples are read and kept by the report’s own page alone, and what is none changes nothing', async () => {
  const notes = `${url}runs/one/sample-notes.json`;
  const say = (body: unknown, headers: Record<string, string> = { origin: 'null' }) =>
    fetch(notes, { method: 'POST', headers, body: JSON.stringify(body) });
  const said = { sample: 20, digest: '00ff', note: 'the <b>reference</b> is wrong', labels: ['wrong reference'] };
  expect(await (await fetch(notes, { headers: { origin: 'null' } })).json()).toEqual({ samples: [] });
  const answer = await say(said);
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, 'null']);
  await Promise.all([3, 1, 2].map((sample) => say({ ...said, sample })));
  const kept = JSON.parse(await readFile(join(runs, 'one', 'sample-notes.json'), 'utf8'));
  expect(kept.samples.map(({ sample }: { sample: number }) => sample)).toEqual([1, 2, 3, 20]);
  for (const sample of [1, 2, 3]) await say({ sample, digest: '00ff', note: ' ', labels: [] });
  for (const [body, headers, status] of [
    [said, { origin: 'http://evil.example' }, 403],
    [{ ...said, labels: ['x'.repeat(61)] }, undefined, 400],
    [{ ...said, sample: -1 }, undefined, 400],
    [{ ...said, other: 1 }, undefined, 400],
    [[], undefined, 400],
    [{ ...said, note: 'x'.repeat(70_000) }, undefined, 413],
  ] as const)
    expect((await say(body, headers)).status, JSON.stringify(body).slice(0, 60)).toBe(status);
  const list = await (await fetch(notes)).json();
  expect(list).toEqual({ samples: [said] });
  // Nothing else answers an origin of its own.
  for (const path of ['', 'runs.json', 'runs/one/report.html', 'notes.json?run=one', 'live.json?run=one'])
    expect((await fetch(`${url}${path}`, { headers: { origin: 'null' } })).status, path).toBe(403);
  expect((await fetch(notes.replace(TOKEN, 'guess'), { headers: { origin: 'null' } })).status).toBe(404);
  await writeFile(join(runs, 'one', 'sample-notes.json'), 'torn');
  expect([(await fetch(notes)).status, (await say(said)).status]).toEqual([409, 409]);
  expect(await readFile(join(runs, 'one', 'sample-notes.json'), 'utf8')).toBe('torn');
  await rm(join(runs, 'one', 'sample-notes.json'));
});

test.skipIf(CHROMIUM === null)(
  `in Chromium${NO_CHROMIUM} a sample is noted and labelled by keyboard, found by both, and a page on its own has what was said`,
  async () => {
    const page = await browser.newPage();
    const alone = join(project.folder, 'alone.html');
    try {
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(`${url}runs/one/report.html#row=5`);
      await page.locator('.sample-note button').waitFor();
      await page.locator('.detail').focus();
      await page.keyboard.press('n');
      await page.keyboard.type('wrong reference, ask Ann');
      await page.getByLabel('Note', { exact: true }).fill('The target is of last year.');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.locator('.sample-note .tag').nth(1).waitFor();
      await page.reload();
      await page.getByLabel('Label', { exact: true }).selectOption({ label: 'ask Ann' });
      await expect.poll(() => page.locator('.toolbar output').textContent()).toMatch(/^2 of 60 rows/);
      await page
        .locator('.questions')
        .getByRole('button', { name: /^noted 2$/ })
        .click();
      expect(await page.locator('.row .row-number').first().textContent()).toBe('5');
      await page.keyboard.press('?');
      await page.keyboard.press('Tab');
      await page.getByRole('button', { name: 'close' }).click();
      expect(await page.locator('dialog[open]').count()).toBe(0);
      expect(complaints).toEqual([]);
      const { code } = await assayHere(['report', join(runs, 'one'), '--format', 'html', '-o', alone], project.folder);
      expect(code).toBe(0);
      await page.goto(`file://${alone}#row=5`);
      expect(await page.locator('.sample-note').textContent()).toContain('The target is of last year.');
      expect(await page.locator('.sample-note button').count()).toBe(0);
    } finally {
      await page.close();
      await rm(join(runs, 'one', 'sample-notes.json'), { force: true });
    }
  },
  120_000,
);

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
    const scored = await assayHere(args, project.folder);
    expect(scored.code, scored.stderr).toBe(0);
    const page = await browser.newPage();
    try {
      await page.goto(`${url}runs/many/report.html`);
      await page.locator('.row').first().waitFor({ timeout: 20_000 });
      expect(await page.evaluate('self.origin')).toBe('null');
      const other = JSON.stringify(`${url}runs/one/report.html`);
      expect(await page.evaluate(`fetch(${other}).then(() => 'read', () => 'refused')`)).toBe('refused');
    } finally {
      await page.close();
      await rm(join(runs, 'many'), { recursive: true, force: true });
    }
  },
  120_000,
);

test.skipIf(CHROMIUM === null)(
  `in Chromium${NO_CHROMIUM} runs are named, starred, held against the star, compared and deleted by keyboard`,
  async () => {
    const hostile = '<img src=x onerror="window.hostile = 1">';
    await cp(join(runs, 'one'), join(runs, 'extra'), { recursive: true });
    const manifest = await unsealed(join(runs, 'extra', 'manifest.json'));
    const later = { ...manifest, createdAt: '2098-01-01T00:00:00Z' };
    await writeFile(join(runs, 'extra', 'manifest.json'), JSON.stringify(later));
    const page = await browser.newPage();
    try {
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(url);
      const row = (name: string) => page.locator(`tr[data-run="${name}"]`);
      await row('one').locator('.open-run').focus();
      await page.keyboard.press('s');
      await row('one').locator('.badge', { hasText: 'baseline' }).waitFor();
      await row('extra').locator('.chg .badge').waitFor({ timeout: 20_000 });
      await page.keyboard.press('e');
      await page.getByLabel('Name', { exact: true }).fill(hostile);
      await page.getByLabel('Tags, comma-separated').fill('a, b');
      await page.keyboard.press('Enter');
      await expect.poll(() => row('one').innerText()).toContain(hostile);
      expect(await row('one').locator('.tag').allInnerTexts()).toEqual(['a', 'b']);
      expect(await page.evaluate('window.hostile')).toBeUndefined();
      // Both are picked, and compared with the starred one as the baseline.
      await row('one').locator('.open-run').focus();
      await page.keyboard.press('x');
      await row('extra').locator('.open-run').focus();
      await page.keyboard.press('x');
      await page.keyboard.press('c');
      await page.locator('.versus').waitFor({ timeout: 20_000 });
      expect(await page.locator('.pickbox option:checked').first().innerText()).toContain(hostile);
      await page.goBack();
      await row('extra').getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('button', { name: 'keep' }).click();
      expect(existsSync(join(runs, 'extra'))).toBe(true);
      await page.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('button', { name: 'delete', exact: true }).click();
      await expect.poll(() => row('extra').count()).toBe(0);
      expect(existsSync(join(runs, 'extra'))).toBe(false);
      for (const path of ['', 'history']) {
        for (const width of [390, 768, 1280, 1920]) {
          await page.setViewportSize({ width, height: 900 });
          await page.goto(`${url}${path}`);
          await page.locator('h1').waitFor();
          expect(await page.evaluate('document.documentElement.scrollWidth'), `${path} ${width}`).toBe(width);
        }
      }
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
      await rm(join(runs, 'one', 'notes.json'), { force: true });
      await rm(join(runs, 'extra'), { recursive: true, force: true });
    }
  },
  120_000,
);
