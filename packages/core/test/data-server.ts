import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the server does to the next GET of a path, then forgets. */
export type Mishap =
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'ignore_range' }
  /** Ends cleanly before the length that HEAD states. */
  | { readonly kind: 'short'; readonly bytes: number }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Sends the first part, cuts, and has other content from then on. */
  | { readonly kind: 'change'; readonly afterBytes: number; readonly content: string };

/** For the client to take in what came before: it drops what it has not read when the connection breaks. */
const CUT_AFTER_MS = 250;

export interface ServedFile {
  readonly content: string | Uint8Array;
  /** @default an MD5 of the content, as S3 has it; null for none */
  readonly etag?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Status of every answer instead of the file. */
  readonly status?: number;
  readonly redirect?: string;
  /** False: HEAD is answered by 405. */
  readonly head?: boolean;
  /** False: sent in chunks without a length. */
  readonly length?: boolean;
  /** GETs are answered once this many have come. */
  readonly together?: number;
  /** Milliseconds between pieces of 64 kB. */
  readonly paceMs?: number;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
}

/** A web server on this machine that plays S3, the Hugging Face hub or a plain site. */
export interface DataServer {
  readonly url: string;
  /** By path without the query. */
  readonly files: Map<string, ServedFile>;
  readonly mishaps: Map<string, Mishap[]>;
  readonly requests: SeenRequest[];
  /** GETs of a path, in order. */
  gets(path: string): SeenRequest[];
  stop(): Promise<void>;
}

export const md5 = (content: string | Uint8Array): string => createHash('md5').update(content).digest('hex');
export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

export async function startDataServer(files: Readonly<Record<string, ServedFile>> = {}): Promise<DataServer> {
  const served = new Map(Object.entries(files));
  const mishaps = new Map<string, Mishap[]>();
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.split('?')[0]!);
    const { range, authorization } = request.headers;
    requests.push({
      method: request.method!,
      path,
      range,
      ifRange: request.headers['if-range']?.toString(),
      authorization,
    });
    const mishap = request.method === 'GET' ? mishaps.get(path)?.shift() : undefined;
    void everybodyIsHere(request.method!, path).then(() => answer(request, response, path, served, mishap));
  });
  const gets = (path: string): SeenRequest[] => requests.filter((seen) => seen.method === 'GET' && seen.path === path);
  const everybodyIsHere = async (method: string, path: string): Promise<void> => {
    while (method === 'GET' && gets(path).length < (served.get(path)?.together ?? 0)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => stopServer(server);
  onTestFinished(stop);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: served,
    mishaps,
    requests,
    gets,
    stop,
  };
}

async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  files: Map<string, ServedFile>,
  mishap: Mishap | undefined,
): Promise<void> {
  const file = files.get(path);
  if (file === undefined) return void response.writeHead(404).end();
  if (file.redirect !== undefined) {
    return void response.writeHead(302, { ...file.headers, location: file.redirect }).end();
  }
  const isHead = request.method === 'HEAD';
  const status = mishap?.kind === 'status' ? mishap.status : isHead && file.head === false ? 405 : file.status;
  if (status !== undefined) {
    return void response.writeHead(status, mishap?.kind === 'status' ? mishap.headers : file.headers).end();
  }
  const content = Buffer.from(file.content);
  const etag = file.etag === undefined ? `"${md5(content)}"` : file.etag;
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const isFresh = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const hasRange = asked !== null && isFresh && mishap?.kind !== 'ignore_range';
  const start = hasRange ? Number(asked[1]) : 0;
  const end = hasRange && asked[2] !== '' ? Math.min(content.length, Number(asked[2]) + 1) : content.length;
  if (hasRange && start >= content.length) {
    return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  }
  const body = Buffer.from(content.subarray(start, mishap?.kind === 'short' ? start + mishap.bytes : end));
  if (mishap?.kind === 'corrupt') body[0] = body[0]! ^ 0xff;
  response.writeHead(hasRange ? 206 : 200, {
    ...(etag === null ? {} : { etag }),
    ...(file.length === false ? {} : { 'content-length': body.length }),
    ...(hasRange ? { 'content-range': `bytes ${start}-${end - 1}/${content.length}` } : {}),
    ...file.headers,
  });
  if (isHead) return void response.end();
  if (mishap?.kind === 'change') files.set(path, { ...file, content: mishap.content });
  if (mishap?.kind === 'cut' || mishap?.kind === 'change') {
    return void response.write(body.subarray(0, mishap.afterBytes), () =>
      setTimeout(() => response.socket?.destroy(), CUT_AFTER_MS),
    );
  }
  if (file.paceMs === undefined) return void response.end(body);
  for (let from = 0; from < body.length; from += 65_536) {
    response.write(body.subarray(from, from + 65_536));
    await new Promise((resolve) => setTimeout(resolve, file.paceMs));
  }
  response.end();
}
