import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { EnvHttpProxyAgent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { isAssayError } from '../errors/assay-error.ts';
import { publicFetch } from './public-fetch.ts';

/** Of good.example alone, made for this test; it proves nothing anywhere else. */
const CERT = `-----BEGIN CERTIFICATE-----
MIIBnTCCAUSgAwIBAgIUfrenKVmcrHNMM4tVhJCIEfV1FZQwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMZ29vZC5leGFtcGxlMCAXDTI2MTEyOTE4MjEwNloYDzIxMjYx
MTA1MTgyMTA2WjAXMRUwEwYDVQQDDAxnb29kLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAQ4/c8QhRoHYpDO99VwR79CGu9eNbvWKZa4EmzBUmGB2GfX
kbnJg5wa3bGoTOXn9ZV4tu05oZmZDoJ/4TX9Bxelo2wwajAdBgNVHQ4EFgQU2Zye
GAxDkf1eh3MYe3DF0wVjvaswHwYDVR0jBBgwFoAU2ZyeGAxDkf1eh3MYe3DF0wVj
vaswDwYDVR0TAQH/BAUwAwEB/zAXBgNVHREEEDAOggxnb29kLmV4YW1wbGUwCgYI
KoZIzj0EAwIDRwAwRAIgB3D7RMa1H2o2Q7lZ2w4rOugJCOmIHVcxsMv45KMxfboC
IGQ260CV5HklA58AKIJVJ0MDCr50wjZQcFOJtx/NZort
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFRl3I81h3RslRFrX
G1FsEOEsniyA2I/rpcI/xDxKrgOhRANCAAQ4/c8QhRoHYpDO99VwR79CGu9eNbvW
KZa4EmzBUmGB2GfXkbnJg5wa3bGoTOXn9ZV4tu05oZmZDoJ/4TX9Bxel
-----END PRIVATE KEY-----
`;

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/**
 * A proxy of a private address, as those of companies are, that leads every name to a server of this machine. The agent is
 * the one that Node sets for NODE_USE_ENV_PROXY, which Node 20 does not know.
 */
async function proxied(proxyTunnel: boolean, isSecure: boolean) {
  const requests: string[] = [];
  const answer = ({ headers }: IncomingMessage, response: ServerResponse): void => {
    requests.push(headers.host ?? '');
    response.end('inside');
  };
  const port = await listening(
    isSecure ? (createSecureServer({ cert: CERT, key: KEY }, answer) as unknown as Server) : createServer(answer),
  );
  const proxy = createServer(answer);
  proxy.on('connect', (_, socket) => {
    const target = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const end of [target, socket]) end.on('error', () => {});
    target.pipe(socket).pipe(target);
  });
  const url = `http://127.0.0.1:${await listening(proxy)}`;
  const before = getGlobalDispatcher();
  const agent = new EnvHttpProxyAgent({
    ...{ httpProxy: url, httpsProxy: url, noProxy: '', proxyTunnel },
    requestTls: { ca: CERT },
  });
  setGlobalDispatcher(agent);
  onTestFinished(async () => {
    setGlobalDispatcher(before);
    await agent.destroy();
  });
  return { port, requests };
}

test.each([true, false])('a public name behind a proxy gets no request without https: tunnel %s', async (tunnel) => {
  const { port, requests } = await proxied(tunnel, false);
  const url = `http://evil.example:${port}/`;
  for (let round = 0; round < 2; round += 1) {
    const call = publicFetch()(url, { method: 'POST', body: 'a prompt' });
    const thrown = (await call.catch((error: unknown) => error)) as Error;
    expect(isAssayError(thrown.cause), String(thrown.cause)).toBe(true);
    expect(thrown.cause).toMatchObject({
      code: 'CONFIG_NOT_ALLOWED',
      message: expect.stringMatching(/^evil\.example is called through a proxy without https/),
      hint: expect.stringContaining('--allow-host evil.example'),
    });
    expect(requests).toEqual([]);
  }
  // Nor over a tunnel that somebody else was allowed to open.
  expect(await (await publicFetch(['evil.example'])(url)).text()).toBe('inside');
  await expect(publicFetch()(url)).rejects.toThrow();
  expect(requests).toHaveLength(1);
});

test('over https the certificate says who answers, whatever the address of the proxy', async () => {
  const { port, requests } = await proxied(true, true);
  for (let round = 0; round < 3; round += 1)
    expect(await (await publicFetch()(`https://good.example:${port}/`)).text()).toBe('inside');
  expect(requests).toHaveLength(3);
  await expect(publicFetch()(`https://evil.example:${port}/`)).rejects.toThrow();
  expect(requests).toHaveLength(3);
});
