import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Admission } from './admission.ts';
import { ApiError, toApiError } from './api-error.ts';
import { awsErrorOf } from './aws-errors.ts';
import { type GuardOptions, guardRequest } from './guard-request.ts';
import { readJsonBody } from './read-json-body.ts';
import { Reply } from './reply.ts';
import { routeFor, routeName, type ServedModels } from './routes.ts';
import { ServerMetrics } from './server-metrics.ts';
import { tokenizerInfo } from './tokenize.ts';

export interface ModelServerOptions extends GuardOptions {
  /** Requests worked on at once. @default 64 */
  readonly concurrency?: number | undefined;
  /** Requests that may wait beside them; the next is answered with 429. @default 256 */
  readonly queue?: number | undefined;
  /** Connections at once, idle ones too; the next is closed. @default twice what may be worked on and wait, at least 1,024 */
  readonly connections?: number | undefined;
  /** Bytes of one body. @default 4 MiB */
  readonly bodyLimitBytes?: number | undefined;
  readonly hooks?: {
    /** A request failed by no fault of the client's; its message may name files and is for the server's own log. */
    readonly onFailure?: (thrown: unknown, path: string) => void;
  };
}

export interface ModelServer {
  readonly server: Server;
  readonly admission: Admission;
  /** Takes no more requests, lets those under way finish, and closes every connection. */
  stop(): Promise<void>;
}

const BODY_LIMIT = 4 * 2 ** 20;
const REQUEST_TIMEOUT_MS = 60_000;

/** An HTTP server before models in this process: OpenAI's API and SageMaker's. It does not listen yet. */
export function createModelServer(models: ServedModels, options: ModelServerOptions): ModelServer {
  const { concurrency = 64, queue = 256 } = options;
  const admission = new Admission(concurrency, queue);
  const metrics = new ServerMetrics();
  const startedAt = Math.floor(Date.now() / 1000);
  let isStopping = false;
  const sockets = new Set<Socket>();
  /** The request of each connection that is being read or answered. */
  const underWay = new Map<Socket, IncomingMessage>();

  const read = (path: string): object | undefined => {
    if (path === '/v1/models') return modelList(models, startedAt);
    if (path === '/tokenizer_info') return tokenizerInfo(models.main);
    if (!path.startsWith('/v1/models/')) return undefined;
    const name = decoded(path.slice('/v1/models/'.length));
    const found = modelList(models, startedAt).data.find(({ id }) => id === name);
    if (found !== undefined) return found;
    throw new ApiError(404, 'that model is not served', { code: 'model_not_found', param: 'model' });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    const plain = new Reply(response);
    if (path === '/ping' && isRead(request)) return plain.json(isStopping || !canAnswer(models) ? 503 : 200, {});
    guardRequest(request, options);
    if (isStopping) throw new ApiError(503, 'the server is stopping', { code: 'stopping', headers: CLOSE });
    if (path === '/metrics' && isRead(request)) return plain.text(200, metrics.text(admission), PROMETHEUS);
    const found = isRead(request) ? read(path) : undefined;
    if (found !== undefined) return plain.json(200, found);
    const route = routeFor(path);
    if (route === undefined) throw new ApiError(404, 'there is nothing at this path', { code: 'unknown_url' });
    if (request.method !== 'POST') {
      throw new ApiError(405, 'use POST here', { code: 'method_not_allowed', headers: { allow: 'POST' } });
    }
    const signal = untilGone(response);
    await admission.serve(
      signal,
      () => readJsonBody(request, options.bodyLimitBytes ?? BODY_LIMIT),
      (body) => route.handler(models, body, { reply: new Reply(response, route.framing), signal }),
    );
  };

  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0]!;
    const startedMs = performance.now();
    underWay.set(request.socket, request);
    response.once('close', () => {
      underWay.delete(request.socket);
      if (!response.writableFinished) metrics.dropped();
      else metrics.finished(routeName(path), response.statusCode, (performance.now() - startedMs) / 1000);
    });
    answer(request, response, path).catch((thrown: unknown) => {
      if (response.destroyed) return;
      const error = toApiError(thrown);
      if (error.status >= 500 && !(thrown instanceof ApiError)) options.hooks?.onFailure?.(thrown, path);
      sendError(response, error, path);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // A client that never comes to the end of its request holds a connection no longer than this.
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = options.connections ?? Math.max(1024, 2 * (concurrency + queue));
  server.on('clientError', refuseBytes);
  return {
    server,
    admission,
    stop: () => {
      isStopping = true;
      return new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        // Answers are finished; a client that has not said all of its request is not waited for.
        for (const socket of sockets) if (underWay.get(socket)?.complete !== true) socket.destroy();
      });
    },
  };
}

/** Of a request that never came to its end, or is none: what path it was for, nobody knows. */
function refuseBytes(cause: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return;
  const isLate = cause.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const [status, reason] = isLate ? [408, 'Request Timeout'] : [400, 'Bad Request'];
  const message = isLate ? 'the request took too long to arrive' : 'the request is not whole, or no HTTP';
  const body = JSON.stringify(new ApiError(status as number, message, { code: 'invalid_http' }).body());
  const head = ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`, 'connection: close'];
  socket.end([`HTTP/1.1 ${status} ${reason}`, ...head, '', body].join('\r\n'));
}

const PROMETHEUS = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
const CLOSE = { connection: 'close' };

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Whether no served model lost the last of its workers for good. */
function canAnswer({ main, embedding }: ServedModels): boolean {
  return [main, embedding].every((served) => (served?.runner.failure?.() ?? null) === null);
}

/** A signal that aborts when the client hangs up before it is answered. */
function untilGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new ApiError(499, 'the client went away'));
  });
  if (response.destroyed) controller.abort(new ApiError(499, 'the client went away'));
  return controller.signal;
}

function sendError(response: ServerResponse, error: ApiError, path: string): void {
  const reply = new Reply(response, routeFor(path)?.framing);
  if (path.startsWith('/endpoints/')) {
    const { status, headers, body } = awsErrorOf(error);
    reply.fail(error, { ...error.headers, ...headers }, body, status);
  } else reply.fail(error, error.headers, error.body());
}

function modelList({ main, embedding }: ServedModels, created: number) {
  const served = embedding === undefined ? [main] : [main, embedding];
  const data = served.map(({ name }) => ({ id: name, object: 'model', created, owned_by: 'assay' }));
  return { object: 'list', data };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
