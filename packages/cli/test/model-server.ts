import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createModelServer, type ModelServer, type ModelServerOptions } from '../src/serve/create-model-server.ts';
import type { ServedModels } from '../src/serve/routes.ts';

export interface StartedServer extends ModelServer {
  readonly url: string;
}

/** A server on a free port of loopback. */
export async function startServer(
  models: ServedModels,
  options: Partial<ModelServerOptions> = {},
): Promise<StartedServer> {
  const started = createModelServer(models, { isLoopback: true, ...options });
  started.server.listen(0, '127.0.0.1');
  await once(started.server, 'listening');
  return { ...started, url: `http://127.0.0.1:${(started.server.address() as AddressInfo).port}` };
}

export function postJson(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), ...init });
}
