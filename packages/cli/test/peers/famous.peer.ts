import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { assay } from '../assay.ts';
import { BIN, HERE, journalOf, MODEL, type OwnSample, type PeerServer, servePeers } from './peers.ts';

/** What lm_eval gave a document under one filter. */
interface PeerSample {
  readonly doc_id: number;
  readonly filter: string;
  /** The right label and the chosen one where the metric is one of the whole set. */
  readonly scores: Readonly<Record<string, number | readonly unknown[]>>;
}

interface Peer {
  readonly root: string;
  readonly tasks: Readonly<Record<string, { readonly task: string; readonly samples: readonly PeerSample[] }>>;
}

/** Rows made up for tasks of lm_eval's own, by their files; the same in every split, or by split. */
const ROWS = JSON.parse(await readFile(join(HERE, 'famous-rows.json'), 'utf8')) as Record<
  string,
  readonly object[] | { readonly test: readonly object[] }
>;

let folder: string;
let server: PeerServer;
let peer: Peer;
let logged: Awaited<ReturnType<typeof assay>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-famous-'));
  server = await servePeers(folder);
  const asked = {
    url: server.url,
    model: MODEL,
    rows: ROWS,
    folder: join(folder, 'rows'),
    output: join(folder, 'logged'),
  };
  const told = await new Promise<string>((resolve, reject) => {
    const env = { ...process.env, HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', HF_HOME: join(folder, 'hf') };
    const options = { env, cwd: folder, maxBuffer: 2 ** 27 };
    const child = execFile(join(BIN, 'python'), [join(HERE, 'famous.py')], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr.slice(-3000)));
    });
    child.stdin!.end(JSON.stringify(asked));
  });
  peer = JSON.parse(told.trim().split('\n').at(-1)!) as Peer;
  const files = Object.keys(ROWS).map((file) => join(peer.root, file));
  const imported = await assay(['import', 'lm-eval', ...files, '--data', join(folder, 'rows'), '-o', '.'], folder);
  expect([imported.code, imported.code === 0 ? '' : imported.stderr]).toEqual([0, '']);
  logged = await assay(['import', 'lm-eval', '--from-samples', 'logged', '-o', 'again'], folder);
}, 1_800_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** lm_eval's names of scores with ours, as the import writes them. */
async function scoreNames(config: string): Promise<Readonly<Record<string, string>>> {
  const written = parse(await readFile(config, 'utf8')) as { imported_from: { scores: Record<string, string> } };
  return written.imported_from.scores;
}

test('at least thirty tasks are compared', () => {
  expect(Object.keys(ROWS).length).toBeGreaterThanOrEqual(30);
});

test.each(Object.keys(ROWS))(
  '%s gives each sample the scores that lm_eval gives it',
  async (file) => {
    const { task, samples } = peer.tasks[file]!;
    const ran = await assay(['run', `${task}/evaluation_config.yaml`, '-o', `${task}/run`], folder);
    expect([ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([0, '']);
    const own = await journalOf(join(folder, task, 'run'));
    expect(own.length).toBe(new Set(samples.map(({ doc_id }) => doc_id)).size);
    const names = await scoreNames(join(folder, task, 'evaluation_config.yaml'));
    const differing: unknown[] = [];
    let compared = 0;
    for (const { doc_id: at, filter, scores } of samples) {
      for (const [metric, theirs] of Object.entries(scores)) {
        const name = metric === 'perplexity' ? 'log_likelihood' : metric;
        const known = names[`${task}.${name}${filter === 'none' ? '' : `,${filter}`}`];
        // A score of the whole set comes with the right label and the chosen one.
        const [wanted, ours] =
          typeof theirs === 'number'
            ? [theirs, scoreOf(own[at]!, known)]
            : [Number(theirs[0] === theirs[1]), scoreOf(own[at]!, 'multiple_choice.acc')];
        compared += 1;
        const isSame = metric === 'perplexity' ? Math.abs(wanted - (ours ?? Number.NaN)) < 5e-3 : wanted === ours;
        if (!isSame) differing.push([at, filter, metric, theirs, ours]);
      }
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(own.length);
  },
  300_000,
);

test('what it logged is imported without an error, every answer with the score that it was logged with', () => {
  expect([logged.code, logged.code === 0 ? '' : logged.stderr]).toEqual([0, '']);
});

test.each(Object.keys(ROWS))('%s logged asks and scores as the task does', async (file) => {
  const { task } = peer.tasks[file]!;
  const [own, again] = await Promise.all(
    [task, join('again', task)].map(async (name) => {
      const [data, config] = await Promise.all(
        ['data.jsonl', 'evaluation_config.yaml'].map((each) => readFile(join(folder, name, each), 'utf8')),
      );
      return { data, config: parse(config!) as object };
    }),
  );
  expect(again).toEqual(own);
});

function scoreOf({ outcomes }: OwnSample, name: string | undefined): number | undefined {
  const at = name?.lastIndexOf('.') ?? -1;
  return at < 0 ? undefined : outcomes[name!.slice(0, at)]?.scores[name!.slice(at + 1)];
}
