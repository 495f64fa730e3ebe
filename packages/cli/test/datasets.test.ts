import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDataServer } from '../../core/test/data-server.ts';
import { temporaryFolder } from '../../core/test/temporary-folder.ts';
import { assay } from './assay.ts';
import { assayHere } from './assay-here.ts';

const TREX = '/fmeval/datasets/trex/trex.jsonl';
const ROWS = Array.from(
  { length: 2000 },
  (_, i) => `${JSON.stringify({ question: `Q ${i}?`, answers: `word${i}`, knowledge_category: `kind-${i % 3}` })}\n`,
).join('');

async function project() {
  const server = await startDataServer({ [TREX]: { content: ROWS } });
  const folder = temporaryFolder();
  const config = join(folder, 'evaluation_config.yaml');
  await writeFile(join(folder, 'answers.jsonl'), `${JSON.stringify({ index: 0, text: 'word0' })}\n`);
  await writeFile(
    config,
    `dataset:
  input_data_location: trex
  limit: 2
models:
  - name: script
    scripted: { answers: answers.jsonl, otherwise: "no idea" }
algorithms:
  - algorithm: factual_knowledge
`,
  );
  const env = { ASSAY_CACHE: join(folder, 'cache'), AWS_ENDPOINT_URL_S3: server.url };
  return { server, config, folder, call: (...args: string[]) => assayHere(args, folder, env), env };
}

describe('assay datasets', () => {
  it('lists our own sets and those of FMEval, and shows what is known of one', async () => {
    const { server, call } = await project();
    const { stdout, code } = await call('datasets', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^general-knowledge +assay +226 +here$/m);
    expect(stdout).toMatch(/^trex +fmeval +32,260 +not here yet$/m);
    expect((await call('datasets', 'show', 'trex')).stdout).toMatch(
      /licence +not stated by FMEval; check at its origin/,
    );
    expect((await call('datasets', 'show', 'reviews')).stdout).toContain('# reviews');
    const unknown = await call('datasets', 'show', 'trexx');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean "trex"?')]);
    expect(server.requests).toEqual([]);
  });

  it('pulls by name: size and licence, then the bar, the file alone on stdout', async () => {
    const { server, call } = await project();
    server.mishaps.set(TREX, [{ kind: 'cut', afterBytes: 40_000 }]);
    const { stdout, stderr, code } = await call('datasets', 'pull', 'trex');
    expect(code).toBe(0);
    expect(readFileSync(stdout.trimEnd(), 'utf8')).toBe(ROWS);
    expect(stderr.split('\n')[0]).toMatch(/^s3:\/\/fmeval\/datasets\/trex\/trex\.jsonl: \d+ kB$/);
    expect(stderr.split('\n')[1]).toBe('licence: not stated by FMEval; check at its origin');
    expect(stderr).toContain('━'.repeat(24));
    expect(server.gets(TREX).map(({ range }) => range)).toEqual([undefined, 'bytes=40000-']);
    const { requests } = server;
    requests.length = 0;
    expect((await call('datasets', 'pull', 'trex', '--display', 'none')).stdout).toBe(stdout);
    expect(requests.map(({ method }) => method)).toEqual(['HEAD']);
  });

  it('shows licence, configs, splits and sizes of a dataset on the hub, and downloads nothing', async () => {
    const { server, folder, env } = await project();
    const api = '/api/datasets/org/qa';
    const commit = '0123456789abcdef0123456789abcdef01234567';
    const serve = (path: string, body: unknown) => server.files.set(`${api}${path}`, { content: JSON.stringify(body) });
    serve('/revision/main', { sha: commit, cardData: { license: 'cc-by-sa-3.0' } });
    const at = (split: string) => [`https://huggingface.co${api}/parquet/default/${split}/0.parquet`];
    serve('/parquet', { default: { train: at('train'), test: at('test') } });
    serve('/tree/refs/convert/parquet', [
      { type: 'file', path: 'default/partial-train/0000.parquet', size: 4_000_000, oid: commit },
      { type: 'file', path: 'default/test/0000.parquet', size: 120_000, oid: commit },
    ]);
    const hub = { ...env, HF_ENDPOINT: server.url };
    const { stdout, code } = await assayHere(['datasets', 'show', 'hf://datasets/org/qa'], folder, hub);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^licence +cc-by-sa-3\.0$/m);
    expect(stdout).toMatch(/^ {2}default\/train +4\.0 MB {2}1 file$/m);
    expect(stdout).toMatch(/^ {2}default\/test +120 kB {2}1 file$/m);
    expect(server.requests.some(({ path }) => path.endsWith('.parquet'))).toBe(false);
    const one = await assayHere(['datasets', 'show', 'hf://datasets/org/qa/test'], folder, hub);
    expect(one.stdout).not.toContain('default/train');
    const offline = await assayHere(['datasets', 'show', 'hf://datasets/org/qa'], folder, {
      ...hub,
      HF_HUB_OFFLINE: '1',
    });
    expect([offline.code, offline.stderr]).toEqual([2, expect.stringContaining('HF_HUB_OFFLINE is set')]);
  });

  it('shows the size of a file behind a URL, and where it is once it was pulled', async () => {
    const { server, call } = await project();
    server.files.set('/sets/qa.csv', { content: 'q,a\n1,2\n' });
    const uri = `${server.url}/sets/qa.csv`;
    const { stdout } = await call('datasets', 'show', uri);
    expect(stdout).toMatch(/^licence +not stated; check at its origin$/m);
    expect(stdout).toMatch(/^ {2}qa\.csv +8 B$/m);
    const file = (await call('datasets', 'pull', uri)).stdout.trim();
    expect((await call('datasets', 'show', uri)).stdout).toContain(file);
  });

  it('names the fault of a URI with exit code 2', async () => {
    const { server, call } = await project();
    const { code, stdout, stderr } = await call('datasets', 'pull', `${server.url}/none.csv`);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^DATASET_DOWNLOAD .*has no .*none\.csv \(404\)/m);
  });
});

describe('a config with remote data', () => {
  it('is checked without a download, run with one, and run again without asking', async () => {
    const { server, config, call, folder, env } = await project();
    expect((await call('check', config)).code).toBe(0);
    expect(server.requests).toEqual([]);
    const run = await call('run', config, '--json');
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('licence: not stated by FMEval');
    const summary = JSON.parse(run.stdout) as { models: { states: { scored: number } }[] };
    expect(summary.models[0]!.states.scored).toBe(2);
    await server.stop();
    const offline = await assayHere(['run', config], folder, { ...env, ASSAY_OFFLINE: '1' });
    expect([offline.code, offline.stderr]).toEqual([0, expect.not.stringContaining('licence')]);
  });

  it('says offline, at the line of the config, what is missing and how to get it', async () => {
    const { config, folder, env } = await project();
    const { code, stderr } = await assayHere(['run', config], folder, { ...env, ASSAY_OFFLINE: '1' });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /DATASET_DOWNLOAD .*evaluation_config\.yaml:2:\d+ .*lacks s3:\/\/fmeval\/datasets\/trex\/trex\.jsonl/,
    );
    expect(stderr).toContain('assay datasets pull s3://fmeval/datasets/trex/trex.jsonl');
  });

  it('is scored from a URI too', async () => {
    const { server, call } = await project();
    const rows = Array.from({ length: 3 }, (_, i) => `{"target_output":"a${i}","model_output":"a${i}"}\n`).join('');
    server.files.set('/outputs.jsonl', { content: rows });
    const { code, stdout } = await call(
      'score',
      `${server.url}/outputs.jsonl`,
      '--algorithms',
      'qa_accuracy',
      '--json',
    );
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { models: [{ states: { scored: 3 } }] }]);
  });
});

describe('a pipeline on this machine', () => {
  it('downloads a set by name once, and gives the summary of a run', async () => {
    const { server, call, folder, config, env } = await project();
    const run = await call('run', config, '-o', join(folder, 'run'));
    expect(run.code, run.stderr).toBe(0);
    const asked = server.requests.length;
    const args = ['pipeline', 'run', '--local', config, '-o', join(folder, 'execution'), '--json'];
    const pipeline = await assay(args, folder, env);
    expect(pipeline.code, pipeline.stderr).toBe(0);
    expect(server.requests.length).toBe(asked);
    const scores = (text: string): unknown => JSON.parse(text).scores;
    expect(scores(pipeline.stdout)).toEqual(scores(readFileSync(join(folder, 'run', 'summary.json'), 'utf8')));
  }, 60_000);
});
