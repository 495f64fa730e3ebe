import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planOf, right, runnerOf } from '../../test/made-up-run.ts';
import type { Manifest } from '../results/summary.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import { modelLanes, runLanes } from './model-lanes.ts';
import { ModelProgress } from './model-progress.ts';
import { checkSamePlan, newManifest, resumedManifest } from './plan-manifest.ts';
import { rememberIds } from './remember-ids.ts';
import { RunManifest } from './run-manifest.ts';
import type { PlannedModel, RunPlan } from './run-plan.ts';

const plan = planOf(runnerOf(right));
const at = new Date('2026-11-29T00:00:00Z');
const folder = resolve('runs', 'one');
const manifest = newManifest(plan, 'one', at, folder);

test('a manifest says what was run: config, data, models, algorithms, seed, versions', () => {
  expect(manifest).toMatchObject({
    ...{
      format: 1,
      run: 'one',
      createdAt: '2026-11-29T00:00:00.000Z',
      configFile: 'test.yaml',
      configDigest: 'abcd1234',
    },
    ...{ command: plan.command, models: [{ name: 'one', runner: '' }], seed: 7, commit: null },
    dataset: { name: 'made-up', samples: 600, files: [] },
    algorithms: [{ name: 'matches', signature: 'matches|v1' }],
  });
  expect(manifest).not.toHaveProperty('order');
  expect(manifest.dataset).not.toHaveProperty('order');
  const ordered = newManifest(
    {
      ...plan,
      dataset: { ...plan.dataset, total: null, order: [2, 0, 1] },
      stop: { order: { seed: 3, rows: [1, 2, 0], sha256: 'ff' } } as never,
    } as RunPlan,
    'one',
    at,
    folder,
  );
  expect(ordered.dataset).toMatchObject({ samples: 0, order: [2, 0, 1] });
  expect(ordered.order).toEqual({ seed: 3, rows: 3, sha256: 'ff' });
});

test('a continued run keeps its manifest, or notes what of the config is not as it was', () => {
  expect(resumedManifest(manifest, plan, at)).toBe(manifest);
  const before = { ...manifest, configText: 'seed: 1\ncache: true\n' };
  const comment = resumedManifest(before, { ...plan, configText: '# more\nseed: 1\ncache: true\n' }, at);
  expect(comment.configText).toContain('# more');
  expect(comment).not.toHaveProperty('revisions');
  const dataset = { ...plan.dataset, name: 'renamed' };
  const changed = resumedManifest(before, { ...plan, configText: 'seed: 1\ncache: false\n', dataset }, at);
  expect(changed.revisions).toEqual([{ at: at.toISOString(), command: plan.command, changed: ['cache'] }]);
  expect(changed.dataset.name).toBe('renamed');
  const again = resumedManifest(changed, { ...plan, configText: 'seed: 1\n' }, at);
  expect(again.revisions).toHaveLength(2);
});

test('a folder is continued by its own plan alone, and what differs is said', () => {
  const file = (sha256: string) => ({ path: '/data.jsonl', bytes: 3, sha256 });
  const own = { ...plan, dataset: { ...plan.dataset, files: [file('aa')] } };
  const begun = newManifest(own, 'one', at, folder);
  expect(() => checkSamePlan(begun, own, folder)).not.toThrow();
  const told = (changes: Partial<RunPlan>) => {
    try {
      checkSamePlan(begun, { ...own, ...changes }, 'place');
      return undefined;
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'RUN_NOT_RESUMABLE', hint: expect.stringMatching(/^Start a new run/) });
      return (thrown as Error).message;
    }
  };
  expect(told({ digest: 'other' })).toMatch(/^place holds another run: the config/);
  const [algorithm] = own.algorithms;
  expect(told({ algorithms: [{ ...algorithm!, signature: 'other' }] })).toBe(
    'place holds another run: a helper model changed',
  );
  expect(told({ dataset: { ...own.dataset, files: [file('bb')] } })).toBe(
    'place holds another run: the dataset changed',
  );
  expect(told({ stop: { order: { sha256: 'ff' } } as never })).toBe(
    'place holds another run: the order of samples changed',
  );
  expect(told({ algorithms: [] })).toBeUndefined();
});

test('what is on disk of a model: as this process knows it, else as an earlier one left it', async () => {
  const place = await mkdtemp(join(tmpdir(), 'assay-manifest-'));
  onTestFinished(() => rm(place, { recursive: true }));
  const begun: Manifest = {
    ...manifest,
    models: [
      { name: 'known', runner: 'before:1', notes: ['said before'], revision: 'r1' },
      { name: 'opened', runner: 'before:2', notes: ['said before'], revision: 'r2' },
    ],
  };
  const progress = new Map(['known', 'opened', 'new'].map((name) => [name, new ModelProgress(plan.algorithms)]));
  Object.assign(progress.get('opened')!, { runner: 'now:2', notes: ['says now'], revision: 'r3', isEnded: true });
  const file = join(place, 'manifest.json');
  const kept = new RunManifest(file, begun, progress, nodeStorage);
  const expected = [
    { name: 'known', runner: 'before:1', revision: 'r1', notes: ['said before'] },
    { name: 'opened', runner: 'now:2', revision: 'r3', notes: ['says now'], done: true },
    { name: 'new', runner: '' },
  ];
  expect(kept.now()).toEqual({ ...begun, models: expected });
  const first = kept.write();
  progress.get('new')!.runner = 'now:3';
  await Promise.all([first, kept.write()]);
  expect(JSON.parse(await readFile(file, 'utf8')).models[2]).toEqual({ name: 'new', runner: 'now:3' });
});

test('a helper is described once for each kind and name', async () => {
  const asked: string[] = [];
  const describe = rememberIds(async (kind, model) => {
    asked.push(`${kind}/${model}`);
    return `${kind}:${model}`;
  });
  const ids = [];
  for (const [kind, model] of [
    ['judge', 'a'],
    ['judge', 'a'],
    ['embed', 'a'],
    ['judge', undefined],
  ] as const)
    ids.push(await describe(kind as never, model));
  expect(ids).toEqual(['judge:a', 'judge:a', 'embed:a', 'judge:undefined']);
  expect(asked).toEqual(['judge/a', 'embed/a', 'judge/undefined']);
});

const lane = (name: string, remote?: boolean) =>
  ({ name, ...(remote === undefined ? {} : { remote }) }) as PlannedModel;

test('models on this machine share it one by one; each remote one has a lane of its own', () => {
  const names = (models: readonly PlannedModel[]) => modelLanes(models).map((own) => own.map(({ name }) => name));
  expect(names([lane('a'), lane('b', true), lane('c', false), lane('d', true)])).toEqual([['a', 'c'], ['b'], ['d']]);
  expect(names([lane('b', true)])).toEqual([['b']]);
  expect(names([])).toEqual([]);
});

test('lanes run side by side, each told what comes next; the first failure stops the others and is thrown', async () => {
  const seen: string[] = [];
  await runLanes(
    [[lane('a'), lane('b')], [lane('c')]],
    async ({ name }, _, next) => {
      seen.push(`${name}>${next?.name ?? ''}`);
      await new Promise((done) => setTimeout(done, 5));
    },
    new AbortController().signal,
  );
  expect(seen).toEqual(['a>b', 'c>', 'b>']);
  const stopped: unknown[] = [];
  const run = async ({ name }: PlannedModel, signal: AbortSignal) => {
    stopped.push(name);
    if (name === 'c') throw new Error('c is gone');
    await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
    throw signal.reason;
  };
  await expect(runLanes([[lane('a'), lane('b')], [lane('c')]], run, new AbortController().signal)).rejects.toThrow(
    'c is gone',
  );
  expect(stopped).toEqual(['a', 'c']);
  const outer = new AbortController();
  setTimeout(() => outer.abort(new Error('interrupted')), 5);
  await expect(runLanes([[lane('a'), lane('b')]], run, outer.signal)).rejects.toThrow('interrupted');
});

test('files beside the config or below it are named from there, others as they are', () => {
  const configFile = resolve('project', 'evaluation.yaml');
  const file = (path: string) => ({ path, bytes: 1, sha256: null });
  const places = [
    resolve('project', 'data', 'a.jsonl'),
    resolve('other', 'b.jsonl'),
    's3://bucket/c',
    resolve('project', '..d'),
  ];
  const { dataset, configFolder } = newManifest(
    { ...plan, configFile, dataset: { ...plan.dataset, files: places.map(file) } },
    'one',
    at,
    resolve('project', 'runs', 'one'),
  );
  expect(dataset.files.map(({ path }) => path)).toEqual(['data/a.jsonl', places[1], 's3://bucket/c', places[3]]);
  expect(configFolder).toBe('../..');
});

test('a continued run keeps where its config came from, and the order of an early stop is held to', () => {
  const from = { tool: 'lm-eval', scores: { acc: 'exact_match' } };
  const imported = newManifest({ ...plan, importedFrom: from as never }, 'one', at, folder);
  expect(imported.importedFrom).toEqual(from);
  expect(manifest).not.toHaveProperty('importedFrom');
  expect(resumedManifest(imported, { ...plan, configText: '# new' }, at)).not.toHaveProperty('importedFrom');
  const stop = { order: { seed: 3, rows: [1, 2], sha256: 'ff' }, history: { sha256: 'hh' } } as never;
  const stopped = newManifest({ ...plan, stop }, 'one', at, folder);
  expect(stopped.order).toEqual({ seed: 3, rows: 2, sha256: 'ff', predictions: 'hh' });
  expect(() => checkSamePlan(stopped, { ...plan, stop }, 'place')).not.toThrow();
  const other = { order: { seed: 3, rows: [1, 2], sha256: 'ff' }, history: { sha256: 'other' } } as never;
  expect(() => checkSamePlan(stopped, { ...plan, stop: other }, 'place')).toThrow(
    'the runs of stop_when.history changed',
  );
});

test('where the same text means another plan, an option or the version of assay is at fault', () => {
  const begun = { ...manifest, versions: { assay: '0.0.9' } };
  const said = (text: string, previous = begun) => {
    try {
      checkSamePlan(previous, { ...plan, digest: 'other', configText: text }, 'place');
      return '';
    } catch (thrown) {
      return (thrown as Error).message;
    }
  };
  expect(said('seed: 2')).toBe('place holds another run: the config or its options changed');
  expect(said(begun.configText)).toContain('an option changed, or the assay that began it (0.0.9 of 2026-11-29)');
  expect(said(begun.configText, { ...begun, versions: {} as never })).toContain('that began it (2026-11-29)');
});
