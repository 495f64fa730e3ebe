import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { httpModel } from './http-model.ts';
import { requestSigner } from './http-signature.ts';
import { fetchWithTls } from './http-tls.ts';

/** Made for tests: a CA, a server and a client that it vouches for. The passphrase of the PFX is `assay`. */
const TLS = fileURLToPath(new URL('../../fixtures/tls', import.meta.url));

const prompt = {
  ...{ id: 'a', text: 'Hi', maxNewTokens: 8, temperature: 0, stop: [], seed: 1 },
  messages: [{ role: 'user' as const, content: 'Hi' }],
  signal: new AbortController().signal,
};

test('a request is signed with the time in it, anew before the signature is over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-sign-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(join(folder, 'key.pem'), privateKey);
  let now = 1_000_000;
  const data = `app\${signatureTimestamp}\n`;
  const sign = requestSigner({ key_file: 'key.pem', data, valid_s: 10 }, folder, () => now);
  const asked: { headers: Record<string, string>; body: unknown }[] = [];
  const block = {
    url: 'https://a.example/x',
    headers: { 'x-sign': `\${signature}`, 'x-time': `\${signatureTimestamp}` },
    body: { of: `\${signature}`, text: '$prompt' },
  };
  const model = httpModel(block, {}, undefined, {
    sign,
    ask: async (_, { headers, body } = {}) => {
      asked.push({ headers: headers as Record<string, string>, body: JSON.parse(String(body)) });
      return new Response('{"text":"yes"}');
    },
  });
  for (const time of [1_000_000, 1_008_999, 1_009_000]) {
    now = time;
    await model.generate(prompt);
  }
  expect(asked.map(({ headers }) => headers['x-time'])).toEqual(['1000000', '1000000', '1009000']);
  for (const { headers, body } of asked) {
    const signature = Buffer.from(headers['x-sign']!, 'base64');
    expect(verify('SHA256', Buffer.from(`app${headers['x-time']}\n`), publicKey, signature)).toBe(true);
    expect(body).toEqual({ of: headers['x-sign'], text: 'Hi' });
  }
});

test('a key that is not there, or is none, is named', async () => {
  expect(() => requestSigner({ key_file: 'gone.pem' }, TLS)).toThrow('cannot read the key gone.pem of http.signature');
  const sign = requestSigner({ key_file: 'ca.pem' }, TLS);
  expect(sign).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('ca.pem') }));
});

/** A server that wants a certificate of the CA, and says whose it was. */
async function secured(): Promise<string> {
  const [key, cert, ca] = await Promise.all(
    ['server.key', 'server.pem', 'ca.pem'].map((name) => readFile(join(TLS, name))),
  );
  const server = createServer(
    { key, cert, ca, requestCert: true, rejectUnauthorized: true },
    async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      if (request.url === '/away') response.writeHead(302, { location: 'https://a.example/' });
      const { socket } = request as unknown as { socket: { getPeerCertificate(): { subject: { CN: string } } } };
      response.end(JSON.stringify({ by: socket.getPeerCertificate().subject.CN, said: JSON.parse(text) }));
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const PEM = { ca_file: 'ca.pem', cert_file: 'client.pem', key_file: 'client.key' };

test.each([
  ['in PEM', PEM, {}],
  ['in PKCS #12', { ca_file: 'ca.pem', pfx_file: 'client.pfx', passphrase_env: 'PASS' }, { PASS: 'assay' }],
  ['under another name', { ...PEM, servername: 'localhost' }, {}],
  ['to a server that is not checked', { ...PEM, ca_file: undefined, verify: false }, {}],
])('a certificate %s is shown', async (_, { ca_file: ca, ...tls }, env) => {
  const ask = fetchWithTls({ ...tls, ...(ca === undefined ? {} : { ca_file: ca }) }, TLS, env);
  const model = httpModel({ url: await secured(), output: "join(' ', [by, said.prompt])" }, {}, undefined, { ask });
  expect(await model.generate(prompt)).toBe('client Hi');
});

test.each([
  ['no certificate is shown', { ca_file: 'ca.pem' }],
  ['the server’s is not vouched for', { cert_file: 'client.pem', key_file: 'client.key' }],
  ['the server has another name', { ...PEM, servername: 'a.example' }],
])('where %s there is no answer', async (_, tls) => {
  const ask = fetchWithTls(tls, TLS, {});
  await expect(ask(await secured(), { method: 'POST', body: '{}' })).rejects.toThrow();
});

test('a server that sends on is not followed, and a passphrase that is not set is named', async () => {
  const ask = fetchWithTls(PEM, TLS, {});
  await expect(ask(`${await secured()}/away`, { method: 'POST', body: '{}' })).rejects.toThrow('redirects (302)');
  expect(() => fetchWithTls({ ...PEM, passphrase_env: 'GONE' }, TLS, {})).toThrow('is to come from GONE');
  expect(() => fetchWithTls({ ca_file: 'gone.pem' }, TLS, {})).toThrow('cannot read gone.pem of http.tls');
});
