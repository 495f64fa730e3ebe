import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay } from '../assay.ts';
import { pairedScores } from './paired-scores.ts';
import { HERE, journalOf, MODEL, MODEL_FOLDER, type OwnSample, type PeerServer, peer, servePeers } from './peers.ts';

const TASKS = ['peer_choice', 'peer_few_shot', 'peer_generate', 'peer_alias', 'peer_rolling', 'peer_last_word'];

/** How the server is asked: settings of the model, and flags. */
const WAYS: readonly (readonly [way: string, settings: string, ...flags: string[]])[] = [
  ['by its defaults', ''],
  ['with texts in place of token ids', `,tokenizer=${MODEL_FOLDER},tokenized_requests=False`],
  ['with its own tokenizer, in batches', `,tokenizer=${MODEL_FOLDER},tokenizer_backend=huggingface`, '--batch_size=4'],
];

/** A line of lm_eval's `samples_*.jsonl`. */
interface PeerSample {
  readonly doc_id: number;
  readonly filter: string;
  readonly metrics: readonly string[];
  readonly resps: readonly (readonly (string | readonly [string, string])[])[];
  readonly [metric: string]: unknown;
}

let folder: string;
let server: PeerServer;
const own = new Map<string, readonly OwnSample[]>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-lm-eval-'));
  for (const task of TASKS) {
    const imported = await assay(['import', 'lm-eval', join(HERE, 'tasks', `${task}.yaml`), '-o', task], folder);
    expect(imported.stderr + imported.code).toMatch(/0$/);
    const ran = await assay(['run', `${task}/evaluation_config.yaml`, '-o', `${task}/run`], folder);
    expect([ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([0, '']);
    own.set(task, await journalOf(join(folder, task, 'run')));
  }
  server = await servePeers(folder);
  const asked = WAYS.map(([way, settings, ...flags]) => wordsOf(settings, flags, placeOf(way)));
  // The tasks name their rows from their own folder.
  const env = { HF_HOME: join(folder, 'hf') };
  await peer('python', [join(HERE, 'lm_eval_runs.py'), JSON.stringify(asked)], join(HERE, 'tasks'), env);
}, 900_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

function wordsOf(settings: string, flags: readonly string[], out: string): string[] {
  const model = `base_url=${server.url}/v1/completions,model=${MODEL}${settings}`;
  const asked = ['run', '--model', 'local-completions', '--model_args', model, '--include_path', '.'];
  const logged = ['--log_samples', '--output_path', join(folder, out), ...flags];
  return [...asked, '--tasks', TASKS.join(','), ...logged];
}

const placeOf = (way: string): string => way.replaceAll(/\W+/g, '-');

async function samplesIn(out: string): Promise<Map<string, PeerSample[]>> {
  const samples = new Map<string, PeerSample[]>();
  for (const file of await readdir(join(folder, out), { recursive: true })) {
    const task = /samples_(.+)_\d{4}-/.exec(file)?.[1];
    if (task === undefined) continue;
    const lines = (await readFile(join(folder, out, file), 'utf8')).trim().split('\n');
    samples.set(
      task,
      lines.map((line) => JSON.parse(line) as PeerSample),
    );
  }
  return samples;
}

/** What the tool was told for a document: log-probabilities in order, or the texts. */
function answersOf({ resps }: PeerSample): (string | number)[] {
  return resps.flat().map((each) => (typeof each === 'string' ? each : Number(each[0])));
}

/** The same of ours. */
function ownAnswers({ logProbabilities, outputs }: OwnSample): (string | number)[] {
  return logProbabilities === undefined ? Object.values(outputs ?? {}) : Object.values(logProbabilities);
}

function scoresOf({ outcomes }: OwnSample, filter: string): Readonly<Record<string, number>> {
  return (outcomes[filter] ?? Object.values(outcomes)[0])!.scores;
}

describe.each(WAYS)('lm_eval %s', (way) => {
  test('gets the same answers and gives the same scores, sample by sample', async () => {
    const samples = await samplesIn(placeOf(way));
    expect([...samples.keys()].sort()).toEqual([...TASKS].sort());
    const differing: unknown[] = [];
    let compared = 0;
    for (const [task, lines] of samples) {
      for (const line of lines) {
        const mine = own.get(task)![line.doc_id]!;
        const [theirs, ours] = [answersOf(line), ownAnswers(mine)];
        compared++;
        const same = theirs.every((answer, at) => isSame(answer, ours[at], task === 'peer_rolling' ? 40 : 8));
        if (theirs.length !== ours.length || !same) differing.push([task, line.doc_id, theirs, ours]);
        const scores = scoresOf(mine, line.filter);
        for (const metric of line.metrics) {
          const [value, known] = [line[metric], scores[metric]];
          if (known !== undefined && value !== known) differing.push([task, line.doc_id, metric, value, known]);
        }
      }
    }
    expect(differing).toEqual([]);
    expect(compared).toBe(2 * 12 + 2 * 6 + 3 * 6);
  }, 900_000);
});

/** Within 1e-3 for each of up to so many tokens that a sum is made of. */
function isSame(theirs: string | number, ours: string | number | undefined, tokens: number): boolean {
  if (typeof theirs === 'string' && typeof ours === 'string') return theirs === ours;
  return Math.abs(Number(theirs) - Number(ours)) <= 1e-3 * Math.sqrt(tokens);
}

describe.each(TASKS)('%s', (task) => {
  test('pairs with lm_eval’s own samples by every metric and filter, every sample', async () => {
    const output = join(folder, 'by-its-defaults');
    const results = (await readdir(output, { recursive: true })).find((file) => /results_[^/]+\.json$/.test(file))!;
    const figures = JSON.parse(await readFile(join(output, results), 'utf8')).results[task] as Record<string, unknown>;
    const metrics = Object.keys(figures).flatMap((name) => (/,/.test(name) && !/_stderr,/.test(name) ? [name] : []));
    const paired = await pairedScores(join(output, dirname(results)), `${task}/run`, folder);
    for (const metric of metrics) {
      const found = paired.get(`${task}.${metric.replace(/,none$/, '')}`);
      expect([metric, found?.n]).toEqual([metric, own.get(task)!.length]);
      // Perplexities are exponentials of sums over a few tokens.
      if (!/perplexity|bits/.test(metric))
        expect([metric, found]).toMatchObject([metric, { difference: 0, changed: 0 }]);
    }
    expect(metrics.length).toBeGreaterThan(0);
  }, 300_000);
});

test('some of the samples are right and some wrong, so that the scores can differ at all', () => {
  for (const task of ['peer_choice', 'peer_few_shot', 'peer_generate', 'peer_alias']) {
    const means = own.get(task)!.map((sample) => Object.values(scoresOf(sample, 'flexible-extract'))[0]!);
    expect([task, new Set(means).size]).toEqual([task, 2]);
  }
});
