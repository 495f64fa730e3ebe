import { AssayError } from '../errors/assay-error.ts';
import type { OpenaiModel } from './openai-model.ts';
import type { Protocol } from './protocol.ts';
import { Server } from './server.ts';

export interface OpenServerOptions {
  /** Where `api_key_env` is looked up. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** What calls the server. @default the global fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** @throws AssayError CONFIG_INVALID where the variable with the key is not set */
export function openServer(model: OpenaiModel, protocol: Protocol, { env, fetch }: OpenServerOptions): Server {
  const { api_key_env: keyName } = model.openai;
  const key = keyName === undefined ? undefined : (env ?? process.env)[keyName];
  if (keyName !== undefined && (key === undefined || key === '')) {
    throw new AssayError('CONFIG_INVALID', `${model.name} needs a key in ${keyName}, which is not set`, {
      hint: `export ${keyName}=…`,
    });
  }
  return new Server({ model, key, headers: protocol.headers(key), fetch: fetch ?? globalThis.fetch });
}
