import dns from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isAssayError } from '../errors/assay-error.ts';
import { followRedirects } from './follow-redirects.ts';
import { publicFetch } from './public-fetch.ts';

/** A server of this machine, which a fake resolver has every public name lead to. */
async function rebound(): Promise<{ readonly port: number; readonly requests: (string | undefined)[] }> {
  const requests: (string | undefined)[] = [];
  const server = createServer(({ url, headers }, response) => {
    requests.push(headers.host);
    if (url === '/away') response.writeHead(302, { location: `http://evil.example:${port}/secret` });
    response.end('inside');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  vi.spyOn(dns, 'lookup').mockImplementation(((_: string, options: dns.LookupOptions, told: Lookup) => {
    if (options.all === true) told(null, [{ address: '127.0.0.1', family: 4 }]);
    else told(null, '127.0.0.1', 4);
  }) as unknown as typeof dns.lookup);
  onTestFinished(() => {
    vi.restoreAllMocks();
    server.closeAllConnections();
    server.close();
  });
  return { port, requests };
}

type Lookup = (error: null, address: string | readonly dns.LookupAddress[], family?: number) => void;

const refused = async (call: Promise<unknown>) => {
  const thrown = (await call.catch((error: unknown) => error)) as Error;
  expect(isAssayError(thrown.cause), String(thrown)).toBe(true);
  expect(thrown.cause).toMatchObject({ code: 'CONFIG_NOT_ALLOWED' });
  return (thrown.cause as Error).message;
};

test('a public name that leads to this machine gets no request, however many are asked at once and again', async () => {
  const { port, requests } = await rebound();
  const ask = publicFetch();
  const url = `http://evil.example:${port}/`;
  for (let round = 0; round < 2; round += 1) {
    const post = () => ask(url, { method: 'POST', body: 'a prompt', headers: { authorization: 'Bearer key' } });
    for (const message of await Promise.all([refused(post()), refused(ask(url)), refused(ask(new URL(url)))]))
      expect(message).toBe('evil.example leads to 127.0.0.1, which is no public address');
  }
  expect(requests).toEqual([]);
});

test('a redirect to such a name is not followed', async () => {
  const { port, requests } = await rebound();
  const start = `http://good.example:${port}/away`;
  const fetch = publicFetch(['good.example']);
  await refused(followRedirects(start, { fetch }));
  expect(requests).toEqual([`good.example:${port}`]);
});

test('a name that is allowed, this machine by its own name, and fetch itself go through', async () => {
  const { port, requests } = await rebound();
  const ask = publicFetch(['good.example']);
  for (const host of ['good.example', 'localhost', '127.0.0.1'])
    expect(await (await ask(`http://${host}:${port}/`)).text()).toBe('inside');
  expect(await (await fetch(`http://evil.example:${port}/`)).text()).toBe('inside');
  expect(requests).toHaveLength(4);
  // Nor is the connection used that stands by now.
  await refused(publicFetch()(`http://evil.example:${port}/`, { method: 'POST', body: 'a prompt' }));
  expect(requests).toHaveLength(4);
});
