import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { AssayError, type Fetch, type HttpBlock } from '@assay/core';

type Tls = NonNullable<HttpBlock['tls']>;

/**
 * `fetch` over TLS with certificates of one's own. @param env where the passphrase is looked up
 * @throws AssayError CONFIG_INVALID where a file cannot be read, or the passphrase is not set
 */
export function fetchWithTls(tls: Tls, baseDir: string, env: NodeJS.ProcessEnv): Fetch {
  const agent = new Agent({ ...optionsOf(tls, baseDir, env), keepAlive: true });
  return (address, { method = 'GET', headers, body, signal } = {}) =>
    new Promise((done, failed) => {
      const sent = request(
        new URL(String(address)),
        { agent, method, headers: headers as Record<string, string>, ...(signal ? { signal } : {}) },
        (answer) => {
          const { statusCode: status = 500, headers: given } = answer;
          // As redirect: 'error' has it: a signed or keyed request goes to nobody else.
          if (status >= 300 && status < 400) {
            answer.destroy();
            failed(new TypeError(`the server redirects (${status})`));
            return;
          }
          const lines = Object.entries(given).flatMap(([name, value]): [string, string][] =>
            value === undefined ? [] : [[name, [value].flat().join(', ')]],
          );
          const empty = status === 204 || status === 304;
          const stream = Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>;
          done(new Response(empty ? null : stream, { status, headers: lines }));
        },
      );
      sent.on('error', failed);
      sent.end(typeof body === 'string' ? body : undefined);
    });
}

function optionsOf(
  { ca_file: ca, cert_file: cert, key_file: key, pfx_file: pfx, passphrase_env: variable, servername, verify }: Tls,
  baseDir: string,
  env: NodeJS.ProcessEnv,
): ConstructorParameters<typeof Agent>[0] {
  const read = (name: string, file: string | undefined) =>
    file === undefined ? {} : { [name]: contentOf(resolve(baseDir, file), file) };
  const passphrase = variable === undefined ? undefined : env[variable];
  if (variable !== undefined && (passphrase === undefined || passphrase === ''))
    throw new AssayError('CONFIG_INVALID', `the passphrase of http.tls is to come from ${variable}, which is not set`, {
      hint: `export ${variable}=…`,
    });
  return {
    ...read('ca', ca),
    ...read('cert', cert),
    ...read('key', key),
    ...read('pfx', pfx),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(servername === undefined ? {} : { servername }),
    ...(verify === undefined ? {} : { rejectUnauthorized: verify }),
  };
}

function contentOf(path: string, file: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AssayError('CONFIG_INVALID', `cannot read ${file} of http.tls`, { cause });
  }
}
