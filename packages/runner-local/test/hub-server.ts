import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a test hub does to the next request for a file, then forgets. */
type Mishap =
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'ignore_range' };

/** A small Hugging Face hub on this machine: the API's file list, and files that are sent from another host. */
export interface TestHub {
  readonly endpoint: string;
  /** Requests for files in the order they came, with the bytes asked for. */
  readonly downloads: { readonly path: string; readonly range: string | undefined }[];
  /** Authorization headers seen by the hub, and by the host that sends the bytes. */
  readonly seenTokens: { readonly hub: (string | undefined)[]; readonly cdn: (string | undefined)[] };
  /** Queue of mishaps by file path; `api` for the file list. */
  readonly mishaps: Map<string, Mishap[]>;
  /** Token that the hub wants, if any. */
  token: string | undefined;
  stop(): Promise<void>;
}

export interface TestHubModel {
  readonly commit: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Other names of the commit. @default ['main'] */
  readonly revisions?: readonly string[];
}

/** Files of this size or more are stored as LFS files, whose digest is a sha256. */
const LARGE = 64;

export async function startHub(models: Readonly<Record<string, TestHubModel>>): Promise<TestHub> {
  const state = {
    downloads: [] as { path: string; range: string | undefined }[],
    seenTokens: { hub: [] as (string | undefined)[], cdn: [] as (string | undefined)[] },
    mishaps: new Map<string, Mishap[]>(),
    token: undefined as string | undefined,
  };
  const cdn = createServer((request, response) => {
    state.seenTokens.cdn.push(request.headers.authorization);
    sendFile(request, response);
  });
  const hub = createServer((request, response) => {
    state.seenTokens.hub.push(request.headers.authorization);
    if (state.token !== undefined && request.headers.authorization !== `Bearer ${state.token}`) {
      return void response.writeHead(401).end('{"error":"Invalid credentials"}');
    }
    if (request.url!.startsWith('/api/models/')) return sendList(request, response);
    const file = findFile(request.url!);
    if (file === undefined) return void response.writeHead(404).end();
    // Large files come from another host, as on the real hub; small ones from the hub itself.
    if (file.content.length < LARGE) return sendFile(request, response);
    const { port } = cdn.address() as AddressInfo;
    return void response.writeHead(302, { location: `http://127.0.0.1:${port}${request.url}` }).end();
  });

  function sendList(request: IncomingMessage, response: ServerResponse): void {
    const mishap = state.mishaps.get('api')?.shift();
    if (mishap?.kind === 'status') return void response.writeHead(mishap.status, mishap.headers).end();
    const match = /^\/api\/models\/(.+?)\/revision\/([^/?]+)\?blobs=true$/.exec(request.url!);
    const model = match === null ? undefined : models[match[1]!];
    const revision = decodeURIComponent(match?.[2] ?? '');
    if (model === undefined || ![model.commit, ...(model.revisions ?? ['main'])].includes(revision)) {
      return void response.writeHead(404).end('{"error":"Repository not found"}');
    }
    const siblings = Object.entries(model.files).map(([rfilename, raw]) => {
      const content = Buffer.from(raw);
      const blobId = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
      const sha256 = createHash('sha256').update(content).digest('hex');
      const lfs = content.length < LARGE ? {} : { lfs: { sha256, size: content.length, pointerSize: 134 } };
      return { rfilename, size: content.length, blobId, ...lfs };
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: match![1], sha: model.commit, siblings }));
  }

  function findFile(url: string): { readonly path: string; readonly content: Buffer } | undefined {
    const match = /^\/(.+?)\/resolve\/([0-9a-f]{40})\/(.+)$/.exec(decodeURIComponent(url));
    const model = match === null ? undefined : models[match[1]!];
    const raw = model?.commit === match?.[2] ? model?.files[match![3]!] : undefined;
    return raw === undefined ? undefined : { path: match![3]!, content: Buffer.from(raw) };
  }

  function sendFile(request: IncomingMessage, response: ServerResponse): void {
    const { path, content } = findFile(request.url!)!;
    const { range } = request.headers;
    state.downloads.push({ path, range });
    const mishap = state.mishaps.get(path)?.shift();
    if (mishap?.kind === 'status') return void response.writeHead(mishap.status, mishap.headers).end();
    const start = mishap?.kind === 'ignore_range' ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (start > 0 && start >= content.length) return void response.writeHead(416).end();
    const body = Buffer.from(content.subarray(start));
    if (mishap?.kind === 'corrupt') body[0] = body[0]! ^ 0xff;
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': body.length,
      ...(start > 0 ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
    });
    if (mishap?.kind !== 'cut') return void response.end(body);
    response.write(body.subarray(0, mishap.afterBytes), () =>
      // For the client to take in what came before: it drops what it has not read when the connection breaks.
      setTimeout(() => response.socket?.destroy(), 250),
    );
  }

  for (const server of [hub, cdn]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    for (const server of [hub, cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  onTestFinished(stop);
  return Object.assign(state, { endpoint: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`, stop });
}
