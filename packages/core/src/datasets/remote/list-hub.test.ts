import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { type DataServer, sha256, startDataServer } from '../../../test/data-server.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { datasetConfig } from '../../config/schema/dataset-config.ts';
import { localDataset } from '../local-dataset.ts';
import { openDataset } from '../open-dataset.ts';
import { type FetchRemoteOptions, fetchRemote } from './fetch-remote.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const API = '/api/datasets/org/qa';
const TOKEN = 'hf_secret';
const PARQUET = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'question', data: Array.from({ length: 3000 }, (_, i) => `Question ${i}?`), type: 'STRING' },
      { name: 'answer', data: Array.from({ length: 3000 }, (_, i) => `answer ${i}`), type: 'STRING' },
      { name: 'passage', data: Array.from({ length: 3000 }, (_, i) => `long ${i} `.repeat(20)), type: 'STRING' },
    ],
  }),
);

interface Hub {
  readonly hub: DataServer;
  readonly cdn: DataServer;
  fetch(uri?: string, options?: FetchRemoteOptions): Promise<readonly string[]>;
}

/** A hub whose dataset is converted to Parquet, its bytes on another host, as on the real one. */
async function startHub(splits: readonly string[] = ['train', 'validation']): Promise<Hub> {
  const cdn = await startDataServer();
  const hub = await startDataServer({
    [`${API}/revision/main`]: { content: JSON.stringify({ sha: COMMIT, cardData: { license: 'cc-by-sa-3.0' } }) },
  });
  const listing: Record<string, Record<string, string[]>> = { default: {} };
  for (const split of splits) {
    const path = `${API}/parquet/default/${split}/0.parquet`;
    // The API lists the hub's own address, whatever mirror was asked.
    listing.default![split] = [`https://huggingface.co${path}`];
    const content = split === 'validation' ? PARQUET : 'other';
    hub.files.set(path, {
      content: '',
      redirect: `${cdn.url}/blob-${split}`,
      headers: { 'x-linked-etag': `"${sha256(content)}"`, 'x-linked-size': String(content.length) },
    });
    cdn.files.set(`/blob-${split}`, { content });
  }
  hub.files.set(`${API}/parquet`, { content: JSON.stringify(listing) });
  const env = { HF_ENDPOINT: `${hub.url}/`, HF_TOKEN: TOKEN };
  const defaults = { cacheDir: temporaryFolder(), retryDelayMs: 1, env };
  return {
    hub,
    cdn,
    fetch: (uri = 'hf://datasets/org/qa/validation', options = {}) => fetchRemote(uri, { ...defaults, ...options }),
  };
}

/** Without a conversion: the repository's own files. */
async function startTree(paths: Readonly<Record<string, string>>, revision = 'main'): Promise<Hub> {
  const started = await startHub([]);
  const { hub } = started;
  hub.files.delete(`${API}/parquet`);
  hub.files.set(`${API}/revision/${revision}`, { content: JSON.stringify({ sha: COMMIT, tags: ['license:mit'] }) });
  const entries = Object.entries(paths).map(([path, content]) => {
    hub.files.set(`/datasets/org/qa/resolve/${COMMIT}/${path}`, { content });
    const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    return { type: 'file', path, size: content.length, oid };
  });
  hub.files.set(`${API}/tree/${COMMIT}`, { content: JSON.stringify(entries) });
  return started;
}

describe('hf://datasets, converted to Parquet', () => {
  it('brings a split, a cut connection resumed, its licence told first', async () => {
    const { cdn, fetch } = await startHub();
    cdn.mishaps.set('/blob-validation', [{ kind: 'cut', afterBytes: 5_000 }]);
    const licences: (string | null)[] = [];
    const paths = await fetch(undefined, { hooks: { onStart: ({ licence }) => licences.push(licence) } });
    expect(readFileSync(paths[0]!).equals(PARQUET)).toBe(true);
    expect(licences).toEqual(['cc-by-sa-3.0']);
    expect(cdn.gets('/blob-validation').map(({ range }) => range)).toEqual([undefined, 'bytes=5000-']);
  });

  it('shows the token to the hub and to nobody else', async () => {
    const { hub, cdn, fetch } = await startHub();
    await fetch();
    expect(new Set(hub.requests.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect(new Set(cdn.requests.map(({ authorization }) => authorization))).toEqual(new Set([undefined]));
  });

  it('checks the sha256 that the hub states', async () => {
    const { cdn, fetch } = await startHub();
    cdn.mishaps.set('/blob-validation', [{ kind: 'corrupt' }, { kind: 'corrupt' }]);
    await expect(fetch()).rejects.toMatchObject({ message: expect.stringContaining('damaged twice') });
  });

  it('reads only the columns that are needed, and is called after the dataset', async () => {
    const { fetch } = await startHub();
    const config = datasetConfig.parse({
      input_data_location: 'hf://datasets/org/qa/validation',
      model_input_key: 'question',
      target_output_key: 'answer',
      limit: 2,
    });
    const dataset = await openDataset(await localDataset(config, { fetchRemote: fetch }), { recordColumns: [] });
    const records: unknown[] = [];
    for await (const { record } of dataset.samples()) records.push(record);
    expect(dataset.name).toBe('qa');
    expect(records).toEqual([0, 1].map((i) => ({ question: `Question ${i}?`, answer: `answer ${i}` })));
  });

  it.each([
    ['hf://datasets/org/qa', 'several splits', 'train, validation'],
    ['hf://datasets/org/qa/default/validatoin', 'no split "validatoin"', 'did you mean "validation"'],
    ['hf://datasets/org/qa/other/train', 'no config "other"', 'default'],
  ])('names what there is for %s', async (uri, message, hint) => {
    const { fetch } = await startHub();
    await expect(fetch(uri)).rejects.toMatchObject({
      code: 'DATASET_DOWNLOAD',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it('takes the only split unasked', async () => {
    const { fetch } = await startHub(['validation']);
    await expect(fetch('hf://datasets/org/qa')).resolves.toHaveLength(1);
  });

  it('says how to come to a gated dataset, and never the token', async () => {
    const { hub, fetch } = await startHub();
    hub.files.set(`${API}/revision/main`, { content: '', status: 401 });
    const failure = await fetch().catch((thrown: Error & { hint: string }) => thrown);
    expect(failure).toMatchObject({ code: 'DATASET_DOWNLOAD', hint: expect.stringContaining('HF_TOKEN') });
    expect(JSON.stringify(failure)).not.toContain(TOKEN);
  });

  it('says offline what is missing, and answers from the cache', async () => {
    const { hub, fetch } = await startHub();
    const env = { HF_ENDPOINT: hub.url, HF_HUB_OFFLINE: '1' };
    await expect(fetch(undefined, { env })).rejects.toMatchObject({
      message: 'HF_HUB_OFFLINE is set, and the cache lacks hf://datasets/org/qa/validation',
    });
    const paths = await fetch();
    hub.requests.length = 0;
    expect(await fetch(undefined, { env })).toEqual(paths);
    expect(hub.requests).toEqual([]);
  });
});

describe('hf://datasets, as its own files', () => {
  const FILES = {
    'README.md': '# qa',
    'dataset_infos.json': '{}',
    'main/test.jsonl': '{"q":1}\n',
    'main/train.jsonl': '{"q":2}\n',
    'hard/test.jsonl': '{"q":3}\n',
  };

  it('are chosen by config and split, and checked by their git id', async () => {
    const { hub, fetch } = await startTree(FILES);
    const [path] = await fetch('hf://datasets/org/qa/main/test');
    expect(readFileSync(path!, 'utf8')).toBe('{"q":1}\n');
    const file = `/datasets/org/qa/resolve/${COMMIT}/hard/test.jsonl`;
    hub.mishaps.set(file, [{ kind: 'corrupt' }, { kind: 'corrupt' }]);
    await expect(fetch('hf://datasets/org/qa/hard/test')).rejects.toThrow('damaged twice');
  });

  it('come by revision and by path', async () => {
    const { fetch } = await startTree(FILES, 'v1.0');
    const [path] = await fetch('hf://datasets/org/qa@v1.0/main/train.jsonl');
    expect(basename(path!)).toBe('train.jsonl');
    await expect(fetch('hf://datasets/org/qa@v1.0/main/dev.jsonl')).rejects.toMatchObject({
      hint: expect.stringContaining('main/test.jsonl'),
    });
    await expect(fetch('hf://datasets/org/qa@v2/main')).rejects.toThrow('(404)');
  });

  it('are not mixed over splits', async () => {
    const { fetch } = await startTree(FILES);
    await expect(fetch('hf://datasets/org/qa/main')).rejects.toMatchObject({
      message: expect.stringContaining('several splits'),
    });
  });

  it('come from every page of the listing, a name that leads outside passed over', async () => {
    const { hub, fetch } = await startTree({ 'a.txt': 'x', '../evil.jsonl': 'x' });
    const content = '{"q":4}\n';
    const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const first = hub.files.get(`${API}/tree/${COMMIT}`)!;
    const link = `<https://huggingface.co${API}/tree-2?cursor=x>; rel="next"`;
    hub.files.set(`${API}/tree/${COMMIT}`, { ...first, headers: { link } });
    hub.files.set(`${API}/tree-2`, {
      content: JSON.stringify([{ type: 'file', path: 'data.jsonl', size: content.length, oid }]),
    });
    hub.files.set(`/datasets/org/qa/resolve/${COMMIT}/data.jsonl`, { content });
    const paths = await fetch('hf://datasets/org/qa');
    expect(paths.map((path) => basename(path))).toEqual(['data.jsonl']);
  });

  it('are not taken in part from a listing that never ends', async () => {
    const { hub, fetch } = await startTree(FILES);
    const first = hub.files.get(`${API}/tree/${COMMIT}`)!;
    const link = `<${hub.url}${API}/tree/${COMMIT}?cursor=again>; rel="next"`;
    hub.files.set(`${API}/tree/${COMMIT}`, { ...first, content: '[]', headers: { link } });
    await expect(fetch('hf://datasets/org/qa/main/test')).rejects.toMatchObject({
      code: 'DATASET_DOWNLOAD',
      message: 'hf://datasets/org/qa/main/test lists its files on more than 100 pages',
    });
  });

  it('are none where the hub is none', async () => {
    const { hub, fetch } = await startTree({});
    hub.files.set(`${API}/revision/main`, { content: '<html>' });
    await expect(fetch('hf://datasets/org/qa')).rejects.toMatchObject({ hint: expect.stringContaining('HF_ENDPOINT') });
  });
});
