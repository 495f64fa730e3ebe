import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type DataServer, md5, sha256, startDataServer } from '../../../test/data-server.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Sample } from '../../samples/sample.ts';
import type { SamplesOptions } from '../dataset.ts';
import { openDataset } from '../open-dataset.ts';
import { bytesIn, joinRanges, missingRanges } from './byte-ranges.ts';
import { type FetchRemoteOptions, fetchRemote } from './fetch-remote.ts';

const ROWS = 2_000;
const API = '/api/datasets/org/big';
const URI = 'hf://datasets/org/big/train';

/** 2 kB that do not compress. */
const passage = (row: number): string =>
  Array.from({ length: 24 }, (_, i) => createHash('sha512').update(`${row} ${i}`).digest('base64')).join('');
const SHARD = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'question', data: Array.from({ length: ROWS }, (_, i) => `Question ${i}?`), type: 'STRING' },
      { name: 'passage', data: Array.from({ length: ROWS }, (_, i) => passage(i)), type: 'STRING' },
      { name: 'topic', data: Array.from({ length: ROWS }, (_, i) => `topic ${i % 7}`), type: 'STRING' },
    ],
    rowGroupSize: 250,
  }),
);

interface Place {
  readonly hub: DataServer;
  readonly cdn: DataServer;
  readonly cacheDir: string;
  fetch(options?: FetchRemoteOptions): Promise<readonly string[]>;
  /** Samples of a dataset that is read partly; of passages only where they are asked for. */
  read(options: SamplesOptions, columns?: readonly string[]): Promise<Sample[]>;
  /** Bytes that came. */
  bytes(): number;
}

/** A hub with a split of two shards whose bytes lie on another host, as on the real one. */
async function startHub(): Promise<Place> {
  const cdn = await startDataServer({ '/0': { content: SHARD }, '/1': { content: SHARD } });
  const hub = await startDataServer({
    [`${API}/revision/main`]: { content: JSON.stringify({ sha: '0'.repeat(40), cardData: { license: 'mit' } }) },
  });
  const paths = [0, 1].map((i) => `${API}/parquet/default/train/${i}.parquet`);
  for (const [i, path] of paths.entries()) serve(hub, path, `${cdn.url}/${i}`, SHARD);
  hub.files.set(`${API}/parquet`, {
    content: JSON.stringify({ default: { train: paths.map((path) => `${hub.url}${path}`) } }),
  });
  const cacheDir = temporaryFolder();
  const fetch = (options: FetchRemoteOptions = {}) =>
    fetchRemote(URI, { cacheDir, retryDelayMs: 1, env: { HF_ENDPOINT: hub.url }, partly: true, ...options });
  return {
    hub,
    cdn,
    cacheDir,
    fetch,
    read: async (options, columns = []) => {
      const location = { input_data_location: [...(await fetch())], model_input_key: 'question' };
      const dataset = await openDataset(location, { recordColumns: columns });
      const samples: Sample[] = [];
      for await (const sample of dataset.samples(options)) samples.push(sample);
      return samples;
    },
    bytes: () =>
      cdn.requests.reduce((sum, { method, range }) => {
        const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
        if (method !== 'GET') return sum;
        return sum + (from === undefined ? SHARD.length : Number(to) + 1 - Number(from));
      }, 0),
  };
}

function serve(hub: DataServer, path: string, redirect: string, content: Uint8Array): void {
  const headers = { 'x-linked-etag': `"${sha256(content)}"`, 'x-linked-size': String(content.length) };
  hub.files.set(path, { content: '', redirect, headers });
}

const questions = (samples: readonly Sample[]): unknown[] => samples.map(({ features }) => features.model_input);

afterEach(() => vi.unstubAllEnvs());

describe('large Parquet files on the hub', () => {
  it('are fetched as far as a limit needs them: the footer and a column of one row group', async () => {
    const { read, bytes, cdn, hub } = await startHub();
    const samples = await read({ limit: 100 });
    expect(questions(samples)).toEqual(Array.from({ length: 100 }, (_, i) => `Question ${i}?`));
    expect(bytes()).toBeLessThan(0.05 * SHARD.length);
    expect(cdn.gets('/1')).toEqual([]);
    const asked = cdn.requests.length + hub.requests.length;
    expect(await read({ limit: 100 })).toEqual(samples);
    expect(cdn.requests.length + hub.requests.length).toBe(asked);
  });

  it('give the same samples of a draw as when they are there as a whole', async () => {
    const { read, bytes, fetch } = await startHub();
    const drawn = await read({ sampleN: 5, seed: 3 }, ['topic', 'passage']);
    expect(bytes()).toBeLessThan(1.3 * SHARD.length);
    const whole = await openDataset(
      {
        input_data_location: [...(await fetch({ partly: false, cacheDir: temporaryFolder() }))],
        model_input_key: 'question',
      },
      { recordColumns: ['topic', 'passage'] },
    );
    const expected: Sample[] = [];
    for await (const sample of whole.samples({ sampleN: 5, seed: 3 })) expected.push(sample);
    expect(drawn).toEqual(expected);
  });

  it('state the digest of the whole file, and tell before the first byte how large it is', async () => {
    const { fetch } = await startHub();
    const told: unknown[] = [];
    const paths = await fetch({
      hooks: { onStart: ({ totalBytes, licence, isPartial }) => told.push([totalBytes, licence, isPartial]) },
    });
    expect(told).toEqual([[2 * SHARD.length, 'mit', true]]);
    const { files } = await openDataset({ input_data_location: [...paths], model_input_key: 'question' });
    expect(await files[0]!.pin()).toEqual({ sha256: sha256(SHARD) });
    expect(files[0]!.bytes).toBe(SHARD.length);
  });

  it('are completed and checked once more than half of one is wanted', async () => {
    const { read, fetch, bytes, cdn, cacheDir } = await startHub();
    expect(await read({ limit: 1_500 }, ['passage'])).toHaveLength(1_500);
    expect(bytes()).toBe(SHARD.length);
    await fetch({ partly: false });
    expect(cdn.gets('/0').every(({ range }) => range !== undefined)).toBe(true);
    rmSync(cacheDir, { recursive: true });
    cdn.mishaps.set('/1', [{ kind: 'corrupt' }]);
    await expect(read({ limit: 4_000 }, ['passage'])).rejects.toMatchObject({
      code: 'DATASET_DOWNLOAD',
      message: expect.stringMatching(/1\.parquet arrived damaged/),
    });
    expect(await read({ limit: 4_000 }, ['passage'])).toHaveLength(4_000);
  });

  it('go on after a cut connection inside a range', async () => {
    const { read, cdn } = await startHub();
    cdn.mishaps.set('/0', [{ kind: 'cut', afterBytes: 1_000 }]);
    expect(await read({ limit: 10 })).toHaveLength(10);
    const [first, second] = cdn.gets('/0');
    expect(Number(/\d+/.exec(second!.range!))).toBe(Number(/\d+/.exec(first!.range!)) + 1_000);
  });

  it('come whole from a server that knows no ranges, and when they are small', async () => {
    const { fetch, cdn, hub } = await startHub();
    cdn.mishaps.set('/0', [{ kind: 'ignore_range' }]);
    expect((await fetch()).every((path) => statSync(path).size === SHARD.length && !path.includes('.parts'))).toBe(
      true,
    );
    const small = Buffer.from(
      parquetWriteBuffer({ columnData: [{ name: 'question', data: ['Who?'], type: 'STRING' }] }),
    );
    for (const i of [0, 1]) {
      cdn.files.set(`/${i}`, { content: small });
      serve(hub, `${API}/parquet/default/train/${i}.parquet`, `${cdn.url}/${i}`, small);
    }
    expect((await fetch({ refresh: true })).some((path) => path.includes('.parts'))).toBe(false);
  });

  it('are never mixed of two versions', async () => {
    const { read, hub, cdn, cacheDir } = await startHub();
    await read({ limit: 10 });
    serve(hub, `${API}/parquet/default/train/0.parquet`, `${cdn.url}/0`, Buffer.from('another version'));
    await expect(read({ limit: { from: 600, to: 610 } })).rejects.toMatchObject({
      message: expect.stringContaining('has changed since the dataset was listed'),
      hint: expect.stringContaining(`assay datasets pull ${URI}`),
    });
    const left = (readdirSync(cacheDir, { recursive: true }) as string[]).filter((name) =>
      name.includes('part-0.parquet'),
    );
    expect(left).toEqual([]);
  });

  it('are read offline as far as they are here', async () => {
    const { read } = await startHub();
    await read({ limit: 10 });
    vi.stubEnv('ASSAY_OFFLINE', '1');
    expect(await read({ limit: 10 })).toHaveLength(10);
    await expect(read({ limit: { from: 600, to: 610 } })).rejects.toMatchObject({
      message: expect.stringContaining('ASSAY_OFFLINE is set, and the cache holds only parts of'),
    });
  });
});

describe('a large Parquet file behind a URL', () => {
  it('is read by ranges of one version, which its ETag names in the manifest', async () => {
    const server = await startDataServer({ '/big.parquet': { content: SHARD } });
    const uri = `${server.url}/big.parquet`;
    const options = { cacheDir: temporaryFolder(), retryDelayMs: 1, env: {}, partly: true };
    const read = async (to: number, columns: readonly string[] = []): Promise<number> => {
      const location = { input_data_location: [...(await fetchRemote(uri, options))], model_input_key: 'question' };
      const dataset = await openDataset(location, { recordColumns: columns });
      expect(await dataset.files[0]!.pin()).toEqual({ sha256: null, etag: `"${md5(SHARD)}"` });
      let count = 0;
      for await (const _ of dataset.samples({ limit: to })) count++;
      return count;
    };
    expect(await read(20)).toBe(20);
    expect(server.gets('/big.parquet').every(({ range }) => range !== undefined)).toBe(true);
    expect(await read(1_500, ['passage'])).toBe(1_500);
    server.files.set('/big.parquet', { content: Buffer.from(SHARD.toReversed()) });
    expect(await read(2_000, ['passage'])).toBe(2_000);
  });

  it('comes whole behind a signed URL, whose query is a secret', async () => {
    const server = await startDataServer({ '/big.parquet': { content: SHARD } });
    const cacheDir = temporaryFolder();
    const uri = `${server.url}/big.parquet?X-Amz-Signature=secret`;
    const [path] = await fetchRemote(uri, { cacheDir, env: {}, partly: true });
    expect(statSync(path!).size).toBe(SHARD.length);
    expect((readdirSync(cacheDir, { recursive: true }) as string[]).some((name) => name.includes('.ranges'))).toBe(
      false,
    );
  });
});

describe('ranges of bytes', () => {
  it('are missing where none is held, and join where they touch', () => {
    const held = joinRanges(
      [[10, 20]],
      [
        [30, 40],
        [20, 25],
        [0, 0],
      ],
    );
    expect(held).toEqual([
      [10, 25],
      [30, 40],
    ]);
    expect(missingRanges(held, [0, 50])).toEqual([
      [0, 10],
      [25, 30],
      [40, 50],
    ]);
    expect(missingRanges(held, [12, 24])).toEqual([]);
    expect(bytesIn(held)).toBe(25);
  });
});
