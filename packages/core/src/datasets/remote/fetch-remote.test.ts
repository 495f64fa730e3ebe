import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type DataServer, type ServedFile, startDataServer } from '../../../test/data-server.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { type FetchRemoteOptions, fetchRemote } from './fetch-remote.ts';

const ROWS = Array.from({ length: 20_000 }, (_, i) => `{"question":"Question ${i}?"}\n`).join('');
const OTHER_ROWS = ROWS.replaceAll('Question', 'Frage');
const PATH = '/sets/qa.jsonl';

interface Place {
  readonly server: DataServer;
  readonly cacheDir: string;
  /** The URI of PATH unless another is given. */
  fetch(options?: FetchRemoteOptions, uri?: string): Promise<readonly string[]>;
}

async function place(file: Partial<ServedFile> = {}): Promise<Place> {
  const server = await startDataServer({ [PATH]: { content: ROWS, ...file } });
  const cacheDir = temporaryFolder();
  return {
    server,
    cacheDir,
    fetch: (options = {}, uri = `${server.url}${PATH}`) =>
      fetchRemote(uri, { cacheDir, retryDelayMs: 1, env: {}, ...options }),
  };
}

const text = ([path]: readonly string[]): string => readFileSync(path!, 'utf8');
const partials = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.incomplete'));

describe('a file behind a URL', () => {
  it('comes into the cache under its own name, its size told before the first byte', async () => {
    const { fetch } = await place();
    const events: string[] = [];
    const paths = await fetch({
      hooks: {
        onStart: ({ totalBytes, licence }) => events.push(`start ${totalBytes} ${licence}`),
        onProgress: ({ doneBytes }) => events.push(`${doneBytes}`),
      },
    });
    expect(paths.map((path) => basename(path))).toEqual(['qa.jsonl']);
    expect(text(paths)).toBe(ROWS);
    expect(events[0]).toBe(`start ${ROWS.length} null`);
    expect(events.at(-1)).toBe(`${ROWS.length}`);
  });

  it('goes on after a cut connection by Range, bound to the ETag, with the same bytes', async () => {
    const { server, cacheDir, fetch } = await place();
    server.mishaps.set(PATH, [
      { kind: 'cut', afterBytes: 200_000 },
      { kind: 'cut', afterBytes: 100_000 },
    ]);
    expect(text(await fetch())).toBe(ROWS);
    const gets = server.gets(PATH);
    expect(gets.map(({ range }) => range)).toEqual([undefined, 'bytes=200000-', 'bytes=300000-']);
    expect(gets[1]!.ifRange).toMatch(/^"[0-9a-f]{32}"$/);
    expect(partials(cacheDir)).toEqual([]);
  });

  it('goes on in a later call where a given-up one stopped, telling how much is here', async () => {
    const { server, fetch } = await place();
    server.mishaps.set(
      PATH,
      [150_000, 0, 0, 0, 0, 0].map((afterBytes) => ({ kind: 'cut', afterBytes })),
    );
    await expect(fetch()).rejects.toMatchObject({
      code: 'DATASET_DOWNLOAD',
      message: expect.stringContaining('keeps breaking off'),
      hint: expect.stringContaining('where it stopped'),
    });
    server.mishaps.clear();
    server.requests.length = 0;
    const here: number[] = [];
    expect(text(await fetch({ hooks: { onStart: ({ doneBytes }) => here.push(doneBytes) } }))).toBe(ROWS);
    expect(here).toEqual([150_000]);
    expect(server.gets(PATH).map(({ range }) => range)).toEqual(['bytes=150000-']);
  });

  it('starts again when the file changed under the download, and never mixes the two', async () => {
    const { server, fetch } = await place();
    server.mishaps.set(PATH, [{ kind: 'change', afterBytes: 200_000, content: OTHER_ROWS }]);
    const restarts: string[] = [];
    const paths = await fetch({ hooks: { onRestart: ({ uri }) => restarts.push(uri) } });
    expect(text(paths)).toBe(OTHER_ROWS);
    expect(restarts).toEqual([`${server.url}${PATH}`]);
    expect(server.gets(PATH).map(({ range }) => range)).toEqual([undefined, 'bytes=200000-', undefined]);
  });

  it('gives up on a file that changes every time', async () => {
    const { server, fetch } = await place();
    server.mishaps.set(
      PATH,
      Array.from({ length: 10 }, (_, i) => ({ kind: 'change', afterBytes: 1000, content: `${ROWS}${i}` })),
    );
    await expect(fetch()).rejects.toMatchObject({ message: expect.stringContaining('changes again and again') });
  });

  it('is never taken when it stays shorter than its stated length', async () => {
    const { server, cacheDir, fetch } = await place();
    server.mishaps.set(
      PATH,
      Array.from({ length: 20 }, (_, i) => ({ kind: 'short', bytes: i === 0 ? 1000 : 0 })),
    );
    await expect(fetch()).rejects.toMatchObject({
      message: expect.stringContaining(`ended after 1000 of ${ROWS.length} bytes`),
    });
    expect((readdirSync(cacheDir, { recursive: true }) as string[]).filter((name) => name.endsWith('.jsonl'))).toEqual(
      [],
    );
  });

  it('starts again when the server ignores the range', async () => {
    const { server, fetch } = await place();
    server.mishaps.set(PATH, [{ kind: 'cut', afterBytes: 200_000 }, { kind: 'ignore_range' }]);
    expect(text(await fetch())).toBe(ROWS);
  });

  it('comes from a server that knows no HEAD', async () => {
    const { server, fetch } = await place({ head: false });
    expect(text(await fetch())).toBe(ROWS);
    expect(server.gets(PATH)[0]!.range).toBe('bytes=0-0');
  });

  it('comes without a length and an ETag too, from its start after a cut', async () => {
    const { server, cacheDir, fetch } = await place({ etag: null, length: false });
    server.mishaps.set(PATH, [{ kind: 'cut', afterBytes: 200_000 }]);
    const totals: (number | null)[] = [];
    expect(text(await fetch({ hooks: { onStart: ({ totalBytes }) => totals.push(totalBytes) } }))).toBe(ROWS);
    expect(totals).toEqual([null]);
    expect(server.gets(PATH).map(({ range }) => range)).toEqual([undefined, undefined]);
    expect(partials(cacheDir)).toEqual([]);
    await server.stop();
    expect(text(await fetch())).toBe(ROWS);
  });

  it('is empty when it is empty', async () => {
    const { fetch } = await place({ content: '' });
    expect(text(await fetch())).toBe('');
  });

  it('takes its ending from the type where its name has none', async () => {
    const { server, fetch } = await place();
    server.files.set('/export', { content: 'a,b\n', headers: { 'content-type': 'text/csv; charset=utf-8' } });
    expect(basename((await fetch({}, `${server.url}/export?x=1`))[0]!)).toBe('export.csv');
  });

  it('is found through redirects, and not through endless ones', async () => {
    const { server, fetch } = await place();
    server.files.set('/old', { content: '', redirect: PATH });
    server.files.set('/loop', { content: '', redirect: '/loop' });
    expect(text(await fetch({}, `${server.url}/old`))).toBe(ROWS);
    await expect(fetch({}, `${server.url}/loop`)).rejects.toMatchObject({
      message: expect.stringContaining('redirects'),
    });
  });

  it.each([
    [404, 'has no', 'spelling'],
    [403, 'refuses', 'sign-in'],
    [401, 'refuses', 'sign-in'],
    [429, 'fewer requests', 'later'],
    [500, 'answered 500', 'later'],
  ])('says what to do about %i, without the query of a signed URL', async (status, message, hint) => {
    const { server, fetch } = await place({ status });
    const failure = fetch({}, `${server.url}${PATH}?X-Amz-Signature=secret`);
    await expect(failure).rejects.toMatchObject({
      code: 'DATASET_DOWNLOAD',
      message: expect.stringMatching(new RegExp(message)),
      hint: expect.stringContaining(hint),
    });
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
  });

  it('waits and asks again where a server is busy for a moment', async () => {
    const { server, fetch } = await place();
    server.mishaps.set(PATH, [
      { kind: 'status', status: 429 },
      { kind: 'status', status: 503 },
    ]);
    expect(text(await fetch())).toBe(ROWS);
    expect(server.gets(PATH)).toHaveLength(3);
  });

  it('is refused above the size allowed, stated or not', async () => {
    const stated = await place();
    await expect(stated.fetch({ maxBytes: 1000 })).rejects.toMatchObject({
      message: expect.stringContaining('at most'),
    });
    expect(stated.server.gets(PATH)).toEqual([]);
    const unstated = await place({ length: false });
    await expect(unstated.fetch({ maxBytes: 1000 })).rejects.toMatchObject({
      message: expect.stringContaining('more than 1.0 kB'),
    });
  });

  it('stops with the reason of its signal', async () => {
    const { fetch } = await place();
    const stop = new AbortController();
    const hooks = { onStart: () => stop.abort(new Error('enough')) };
    await expect(fetch({ signal: stop.signal, hooks })).rejects.toThrow('enough');
  });

  it.each([
    'ftp://host/x.csv',
    'http://user:secret@host/x.csv',
    's3://bucket',
    's3://bucket/a/../b',
    'hf://owner/name',
  ])('refuses %s before it asks anyone', async (uri) => {
    await expect(fetchRemote(uri, { env: {} })).rejects.toMatchObject({ code: 'DATASET_DOWNLOAD' });
  });
});

describe('the cache', () => {
  it('answers without asking, and asks when told to', async () => {
    const { server, fetch } = await place();
    const first = await fetch();
    server.requests.length = 0;
    expect(await fetch()).toEqual(first);
    expect(server.requests).toEqual([]);
    expect(await fetch({ refresh: true })).toEqual(first);
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD']);
  });

  it('brings a file again when told to look and it has changed, the old one left for who reads it', async () => {
    const { server, fetch } = await place();
    const first = await fetch();
    server.files.set(PATH, { content: OTHER_ROWS });
    const second = await fetch({ refresh: true });
    expect([text(first), text(second)]).toEqual([ROWS, OTHER_ROWS]);
    expect(await fetch()).toEqual(second);
  });

  it('says offline that nothing is here, and asks nobody', async () => {
    const { server, fetch } = await place();
    await expect(fetch({ env: { ASSAY_OFFLINE: '1' } })).rejects.toMatchObject({
      code: 'DATASET_DOWNLOAD',
      message: `ASSAY_OFFLINE is set, and the cache lacks ${server.url}${PATH}`,
      hint: `With a network: assay datasets pull ${server.url}${PATH}`,
    });
    expect(server.requests).toEqual([]);
  });

  it('says offline exactly which bytes are missing', async () => {
    const { server, fetch } = await place();
    server.mishaps.set(
      PATH,
      [150_000, 0, 0, 0, 0, 0].map((afterBytes) => ({ kind: 'cut', afterBytes })),
    );
    await expect(fetch()).rejects.toThrow();
    await expect(fetch({ offline: true })).rejects.toMatchObject({
      message: expect.stringMatching(/lacks of .*qa\.jsonl: qa\.jsonl \(\d+ kB of \d+ kB\)$/),
    });
  });

  it('takes two processes that pull the same file at once', async () => {
    const { server, cacheDir } = await place({ content: ROWS.repeat(6), paceMs: 4, together: 2 });
    const core = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));
    expect(existsSync(core)).toBe(true);
    const script = `import { fetchRemote } from ${JSON.stringify(core)};
      const paths = await fetchRemote(process.argv[1], { cacheDir: process.argv[2], retryDelayMs: 1, env: {} });
      process.stdout.write(JSON.stringify(paths));`;
    const pull = (): Promise<readonly string[]> =>
      new Promise((resolve, reject) => {
        const args = ['--input-type=module', '-e', script, `${server.url}${PATH}`, cacheDir];
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        let output = '';
        child.stdout.on('data', (chunk) => {
          output += chunk;
        });
        child.on('close', (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`exit ${code}`))));
      });
    const [one, two] = await Promise.all([pull(), pull()]);
    expect(one).toEqual(two);
    expect(text(one!)).toBe(ROWS.repeat(6));
    expect(server.gets(PATH).length).toBeGreaterThanOrEqual(2);
  });
});
