import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Manifest, readManifest, runFolder } from '@assay/core';
import type { LivePage } from '@assay/report';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RunCatalogue } from '../src/runs/run-catalogue.ts';
import { createViewServer } from '../src/view/create-view-server.ts';
import { resumeWords } from '../src/view/resume-words.ts';
import { ResumedRuns } from '../src/view/resumed-runs.ts';
import { assay, type ScriptedProject, scriptedProject, startAssay } from './assay.ts';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let project: ScriptedProject;
let runs: string;
let server: ReturnType<typeof createViewServer>;
let resumed: ResumedRuns;
let url: string;

beforeAll(async () => {
  project = await scriptedProject(60, 120);
  runs = join(project.folder, '.assay', 'runs');
  await mkdir(runs, { recursive: true });
  resumed = new ResumedRuns([process.execPath, MAIN]);
  server = createViewServer(new RunCatalogue(runs), 'token', () => {}, { resumed });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token/`;
}, 60_000);
afterAll(async () => {
  await resumed?.close();
  server?.closeAllConnections();
  server?.close();
  await project?.remove();
});

const look = async (run: string): Promise<LivePage> => (await fetch(`${url}live.json?run=${run}`)).json();
const act = (path: string, run: string, headers: Record<string, string> = { origin: new URL(url).origin }) =>
  fetch(`${url}${path}?run=${run}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  });
const doneIn = ({ models }: LivePage) => models.reduce((sum, { done }) => sum + done, 0);

test('a run is followed, stopped from the page, resumed from it, and ends as one that never stopped', async () => {
  const args = ['run', project.config, '-o', join(runs, 'one'), '--no-cache'];
  const { finished } = startAssay(args, project.folder);
  await vi.waitFor(async () => expect(doneIn(await look('one'))).toBeGreaterThan(4), 60_000);
  const going = await look('one');
  expect(going).toMatchObject({ state: 'running', isStopping: false, dataset: 'made-up', said: '' });
  expect(going.models.map(({ name, total }) => [name, total])).toEqual([
    ['first', 60],
    ['second', 60],
  ]);
  expect(going.latest[0]).toMatchObject({ state: 'scored', input: expect.stringContaining('?') });
  const [score] = going.scores;
  const [mean] = score!.models;
  expect(score).toMatchObject({ better: 'higher', range: [0, 1] });
  expect(mean!.interval![0]).toBeLessThanOrEqual(mean!.mean);
  expect(mean!.interval![1]).toBeGreaterThanOrEqual(mean!.mean);
  expect(going.resume.command).toContain('--resume');

  expect((await act('resume.json', 'one')).status).toBe(409);
  expect((await act('stop.json', 'one', {})).status).toBe(403);
  expect((await act('stop.json', 'one', { origin: 'http://evil.example' })).status).toBe(403);
  expect((await act('stop.json', 'one')).status).toBe(200);
  const ended = await finished;
  expect([ended.code, ended.stderr]).toEqual([
    130,
    expect.stringContaining('asked to stop; what was scored is on disk'),
  ]);
  const stopped = await look('one');
  expect(stopped.state).toBe('stopped');
  expect(doneIn(stopped)).toBeLessThan(120);
  expect((await act('stop.json', 'one')).status).toBe(409);

  expect((await act('resume.json', 'one')).status).toBe(200);
  await vi.waitFor(async () => expect((await look('one')).state).toBe('finished'), 60_000);
  const last = await look('one');
  expect([doneIn(last), last.said]).toEqual([120, '']);

  const whole = await assay(['run', project.config, '-o', join(project.folder, 'whole'), '--no-cache'], project.folder);
  expect(whole.code, whole.stderr).toBe(0);
  const scoresOf = async (folder: string) =>
    JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')).scores as { score: string; value: number }[];
  expect(await scoresOf(join(runs, 'one'))).toEqual(await scoresOf(join(project.folder, 'whole')));
  for (const { key, models } of last.scores)
    for (const { model, n, mean: value } of models) {
      const summary = (await scoresOf(join(runs, 'one'))) as unknown as Record<string, unknown>[];
      const final = summary.find(
        (each) =>
          each.model === last.models[model]!.name &&
          `${each.algorithm}.${each.score}` === key &&
          each.category === null,
      );
      expect([n, value]).toEqual([final?.n, expect.closeTo(final?.value as number)]);
    }
}, 120_000);

test('a run whose journal was cut in the middle of it counts what is whole, and what failed stands with its reason', async () => {
  const folder = join(runs, 'failed');
  await cp(join(project.folder, 'whole'), folder, { recursive: true });
  await rm(join(folder, 'summary.json'));
  const journal = join(folder, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n').filter((line) => line.startsWith('{"kind":"sample"'));
  const failed = lines.slice(0, 3).map((line) => ({
    ...JSON.parse(line),
    ...{ state: 'failed', outcomes: {}, error: { code: 'RUNNER_FAILED', message: 'HTTP 500', retryable: true } },
  }));
  const hostile = [
    '{"kind":"sample","model":"first","sample":"x"}',
    '{"kind":"sample","model":"__proto__","sample":1,"outcomes":{}}',
    '{"kind":"sample","model":"first","sample":7,"state":"scored","outcomes":null}',
    `{"kind":"sample","model":"first","sample":58,"state":"scored","outcomes":{"qa_accuracy":{"scores":{"f1_score":"NaN"}}},"input":${JSON.stringify('x'.repeat(100_000))}}`,
  ];
  const text = [...failed.map((each) => JSON.stringify(each)), ...lines.slice(3, 10), ...hostile];
  await writeFile(journal, `${text.join('\n')}\n{"kind":"sample","mo`);
  const page = await look('failed');
  expect(page.losses).toEqual([
    {
      state: 'failed',
      code: 'RUNNER_FAILED',
      reason: 'HTTP 500',
      count: 3,
      models: expect.any(Array),
      sample: failed[2]!.sample,
    },
  ]);
  expect(JSON.stringify(page).length).toBeLessThan(20_000);
  // Asked again and scored: nothing is lost any more.
  await writeFile(journal, `${[...text, ...lines.slice(0, 3)].join('\n')}\n`);
  expect((await look('failed')).losses).toEqual([]);
});

test('a page continues no run that was allowed what only its user may allow', async () => {
  const folder = runFolder(join(project.folder, 'whole'));
  const manifest = await readManifest(folder);
  const words = (...command: string[]) =>
    resumeWords({ folder, manifest: { ...manifest, command: ['assay', ...command] } as Manifest });
  const start = (...command: string[]) => words(...command).start;
  const config = manifest.configFile;
  expect(start('run', config, '--limit', '7', '-o', 'x', '--display=plain', '--no-cache')).toEqual({
    args: ['run', project.config, '--limit=7', '--no-cache', '--resume', folder.path, '--display', 'none'],
    folder: project.folder,
  });
  for (const flags of [
    ['--allow-code'],
    ['--allow-env', 'KEY'],
    ['--allow-host=a'],
    ['--allow-file', '/'],
    ['--accept-eula'],
    ['--log-file', '/etc/x'],
    ['--prices', 'x'],
    ['--profile', 'x'],
    ['--local-model', '/x'],
    ['--watch'],
    ['another.yaml'],
  ])
    expect(start('run', config, ...flags), flags.join(' ')).toHaveProperty('refused');
  expect(start('score', 'data.jsonl')).toHaveProperty('refused');
  expect(words('run', config, '--allow-code').command).toContain('--allow-code');
});
