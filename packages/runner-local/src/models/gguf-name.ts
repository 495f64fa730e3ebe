import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type HubId, parseHubId } from '../hub/hub-id.ts';

/** A name that means a GGUF file: here, or of a model on the hub. */
export type GgufName =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'hub'; readonly id: HubId; readonly file: string };

/**
 * `model.gguf` and `folder/model.gguf` are files here; `org/name/model.gguf` is a file on the hub where there is none here,
 * with `@revision` behind it if you like.
 * @returns undefined for a name that means no GGUF file
 */
export function parseGgufName(name: string, revision?: string): GgufName | undefined {
  const [, plain, own] = /^(.*\.gguf)(?:@([^@]+))?$/i.exec(name) ?? [];
  if (plain === undefined) return undefined;
  const path = resolve(plain.startsWith('~') ? join(homedir(), plain.slice(1)) : plain);
  if (own === undefined && existsSync(path)) return { kind: 'file', path };
  const parts = plain.split('/');
  const isSafe = parts.every((part) => /^\w[\w.+-]*$/.test(part) && !part.includes('..'));
  const id = isSafe && parts.length > 2 ? parseHubId(parts.slice(0, 2).join('/'), revision ?? own) : undefined;
  return id === undefined ? { kind: 'file', path } : { kind: 'hub', id, file: parts.slice(2).join('/') };
}
