import { existsSync } from 'node:fs';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { RequestPlace } from './imported-model.ts';
import { nunjucksParts } from './nunjucks.ts';

type Keys = Readonly<Record<string, unknown>>;

/** Variables that a signed request has. */
export const SIGNED: ReadonlySet<string> = new Set(['signature', 'signatureTimestamp']);

const SIGNATURE_READ: ReadonlySet<string> = new Set([
  ...['type', 'privateKeyPath', 'certPath', 'keyPath', 'signatureValidityMs', 'signatureRefreshBufferMs'],
  ...['signatureDataTemplate', 'signatureAlgorithm'],
]);

/** A signature by a key in PEM. @returns what cannot be carried over, as a text */
export function signatureOf(written: unknown, told: RequestPlace): Keys | string {
  if (written === undefined) return {};
  const auth = isRecord(written) ? written : {};
  const key = auth.privateKeyPath ?? (auth.certPath === undefined ? undefined : auth.keyPath);
  const unread = Object.keys(auth).filter((name) => !SIGNATURE_READ.has(name));
  if (typeof key !== 'string' || unread.length > 0)
    return `config.signatureAuth${unread.length === 0 ? '' : `.${unread.join(', ')}`}`;
  const { signatureDataTemplate: template, signatureAlgorithm: algorithm, signatureValidityMs: valid } = auth;
  return {
    signature: {
      key_file: pathOf(key, told),
      ...(template === undefined ? {} : { data: dataOf(String(template), told.at) }),
      ...(algorithm === undefined ? {} : { algorithm: String(algorithm) }),
      ...(typeof valid === 'number' ? { valid_s: valid / 1000 } : {}),
    },
  };
}

/** What is signed: a text with the time in it, and line breaks that are written as such. */
function dataOf(template: string, at: SourcePlace): string {
  return nunjucksParts(template, at)
    .map((part) => ('literal' in part ? part.literal.replaceAll('\\n', '\n') : `\${${part.path.join('.')}}`))
    .join('');
}

const FILES: Readonly<Record<string, string>> = {
  ...{ caPath: 'ca_file', certPath: 'cert_file', keyPath: 'key_file', pfxPath: 'pfx_file' },
};

/** Certificates by file; a passphrase that stands in the config is not taken over. @returns as above */
export function tlsOf(written: unknown, told: RequestPlace): Keys | string {
  if (written === undefined) return {};
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(isRecord(written) ? written : {})) {
    const file = FILES[name];
    if (file !== undefined) made[file] = pathOf(String(value), told);
    else if (name === 'servername') made.servername = String(value);
    else if (name === 'rejectUnauthorized') made.verify = value !== false;
    else if (name === 'passphrase') {
      made.passphrase_env = PASSPHRASE;
      told.findings.note(`the passphrase of a key is not carried over: set ${PASSPHRASE} for the run`, told.at);
    } else return `config.tls.${name}`;
  }
  return { tls: made };
}

/** Where a run looks for the passphrase that a config has in plain text. */
const PASSPHRASE = 'ASSAY_HTTP_PASSPHRASE';

function pathOf(path: string, { files, at, findings }: RequestPlace): string {
  try {
    const file = files?.folder.file(path, at) ?? path;
    if (!existsSync(file)) throw new AssayError('CONFIG_NOT_FOUND', `there is no file ${path}`, { at });
    return file;
  } catch (thrown) {
    findings.failure(thrown, at);
    return path;
  }
}
