import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AwsConnection } from '../aws/aws-connection.ts';
import type { Invoke } from './invocation-target.ts';
import { invokeRealtime } from './invoke-realtime.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let connection: AwsConnection;
let received: Received[];
let reply: { readonly status: number; readonly headers: Record<string, string>; readonly body: string };
let keys: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

beforeEach(async () => {
  received = [];
  reply = { status: 200, headers: {}, body: 'fine' };
  keys = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  connection = new AwsConnection({
    region: 'us-east-1',
    // As credentials that a provider renews: each is over at once.
    credentials: async () => ({ ...keys, expiration: new Date(Date.now() + 1_000) }),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterEach(async () => {
  await connection.close();
  server.closeAllConnections();
  server.close();
});

async function open(): Promise<Invoke> {
  return invokeRealtime(await connection.runtime(), {
    endpointName: 'an-endpoint',
    inferenceComponent: 'part',
    customAttributes: 'accept_eula=true',
  });
}
const { signal } = new AbortController();

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The signature that the service would compute. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signatureOf({ path, headers, body }: Received, secret: string): string {
  const [, scope = '', signed = ''] = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization!)!;
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = ['POST', path, '', lines.join(''), signed, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}
const signatureIn = ({ headers }: Received): string => /Signature=(\w+)/.exec(headers.authorization!)![1]!;

test('after the first call others repeat it with their own body, each with a signature that holds', async () => {
  const invoke = await open();
  for (const body of ['{"a":1}', '{"b":"größer"}', '{"c":3}']) expect(await invoke(body, signal)).toBe('fine');
  expect(received.map(({ body }) => body)).toEqual(['{"a":1}', '{"b":"größer"}', '{"c":3}']);
  for (const request of received) expect(signatureIn(request)).toBe(signatureOf(request, 'secret'));
  for (const { headers } of received)
    expect(headers.authorization).toMatch(/Credential=AKID\/\d{8}\/us-east-1\/sagemaker\/aws4_request,/);
  const own = /^(authorization|content-length|x-amz-date|x-amz-content-sha256|amz-sdk-.*)$/;
  const [first, second] = received.map(({ path, headers }) => [
    path,
    Object.entries(headers).filter(([name]) => !own.test(name)),
  ]);
  expect(second).toEqual(first);
  expect(received.map(({ headers }) => 'amz-sdk-invocation-id' in headers)).toEqual([true, false, false]);
  expect(received[1]!.headers).toMatchObject({
    'content-type': 'application/json',
    'x-amzn-sagemaker-inference-component': 'part',
    'x-amzn-sagemaker-custom-attributes': 'accept_eula=true',
  });
});

test('credentials that are renewed midway sign what comes after', async () => {
  const invoke = await open();
  await invoke('1', signal);
  await invoke('2', signal);
  keys = { accessKeyId: 'AKIDNEW', secretAccessKey: 'new secret', sessionToken: 'token' };
  await invoke('3', signal);
  const last = received.at(-1)!;
  expect(last.headers.authorization).toContain('Credential=AKIDNEW/');
  expect(last.headers['x-amz-security-token']).toBe('token');
  expect(signatureIn(last)).toBe(signatureOf(last, 'new secret'));
});

test.each([
  [{ 'x-amzn-errortype': 'ThrottlingException:http://internal/' }, '{"message":null}', 400],
  [
    { 'x-amzn-errortype': 'ModelError' },
    '{"Message":"it failed","OriginalStatusCode":507,"OriginalMessage":"no memory"}',
    424,
  ],
  [{}, '{"__type":"com.amazonaws#ExpiredTokenException","message":"expired"}', 403],
  [{}, '<html>bad gateway', 502],
])('an error is what the client itself would throw: %j', async (headers, body, status) => {
  const invoke = await open();
  await invoke('first', signal);
  reply = { status, headers: { ...headers, 'x-amzn-requestid': 'id' }, body };
  const seen = async (): Promise<unknown> => {
    const error = (await invoke('again', signal).catch((thrown: unknown) => thrown)) as Record<string, never>;
    const { name, OriginalStatusCode, OriginalMessage, $metadata } = error as Record<string, unknown>;
    return {
      name,
      OriginalStatusCode,
      OriginalMessage,
      status: ($metadata as { httpStatusCode?: number })?.httpStatusCode,
    };
  };
  const direct = await seen();
  // After a failure the client itself makes the next call.
  const ofTheClient = await seen();
  expect(received.slice(1).map((request) => 'amz-sdk-invocation-id' in request.headers)).toEqual([false, true]);
  if (body.startsWith('<')) expect(direct).toMatchObject({ status });
  else expect(direct).toEqual(ofTheClient);
});

test('a call that is aborted ends at once', async () => {
  const invoke = await open();
  await invoke('first', signal);
  const controller = new AbortController();
  const call = invoke('second', controller.signal);
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});
