import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A tracking server in memory, as much as a run needs; `fail` answers instead of it where it returns something.
 * @param files where it keeps those of its runs
 */
export async function trackingServer(
  fail: (seen: Seen, before: readonly Seen[]) => Answer | undefined = () => undefined,
  files = 'mlflow-artifacts:/',
): Promise<{ readonly url: string; readonly seen: Seen[]; readonly runs: Map<string, Record<string, unknown>[]> }> {
  const seen: Seen[] = [];
  const experiments: string[] = [];
  const runs = new Map<string, Record<string, unknown>[]>();
  const tagsOf = new Map<string, unknown>();
  const infoOf = (id: string) => ({ run_id: id, artifact_uri: `${files}0/${id}/artifacts` });

  function answer({ path, body }: Seen): Answer {
    const [route, query = ''] = path.replace('/api/2.0/mlflow/', '').split('?');
    const given = body === '' || !body.startsWith('{') ? {} : JSON.parse(body);
    switch (route) {
      case 'experiments/get-by-name': {
        const at = experiments.indexOf(new URLSearchParams(query).get('experiment_name')!);
        return at < 0
          ? { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no such experiment' } }
          : { status: 200, body: { experiment: { experiment_id: String(at) } } };
      }
      case 'experiments/create':
        return { status: 200, body: { experiment_id: String(experiments.push(given.name) - 1) } };
      case 'runs/search': {
        const found = [...runs.keys()].map((id) => ({ info: infoOf(id), data: { tags: tagsOf.get(id) } }));
        return { status: 200, body: found.length === 0 ? {} : { runs: found } };
      }
      case 'runs/create': {
        const id = `r${runs.size}`;
        runs.set(id, []);
        tagsOf.set(id, given.tags);
        return { status: 200, body: { run: { info: infoOf(id) } } };
      }
      default:
        if (given.run_id !== undefined) runs.get(given.run_id)!.push(given);
        return { status: 200, body: {} };
    }
  }

  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url: path = '', headers } = request;
    const one: Seen = { method, path, authorization: headers.authorization, body };
    const { status, body: said = {}, headers: sent = {} } = fail(one, seen) ?? answer(one);
    seen.push(one);
    response.writeHead(status, { 'content-type': 'application/json', ...sent });
    response.end(typeof said === 'string' ? said : JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, runs };
}
