import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { findHubSnapshot, listHubIds } from '../hub/hub-cache.ts';
import { parseHubId } from '../hub/hub-id.ts';
import { EMBEDDED_MODELS, embeddedFolderNames, findEmbeddedModel } from './embedded-models.ts';
import { modelNotFound } from './model-errors.ts';

/** A model on this machine. */
export interface FoundModel {
  /** What people call it: the short name, the hub id, or the folder's name. */
  readonly name: string;
  readonly folder: string;
  readonly source: 'embedded' | 'folder' | 'hub';
  /** The hub snapshot's commit. */
  readonly commit?: string;
}

export interface ResolveModelOptions {
  /** Branch, tag or commit of a hub model. @default 'main' */
  readonly revision?: string | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Finds a model's folder by name, without the network: a path, an embedded model, a folder here, the hub's cache.
 * @throws MODEL_NOT_FOUND with the nearest known name
 */
export function resolveModel(name: string, options: ResolveModelOptions = {}): FoundModel {
  const env = options.env ?? process.env;
  if (looksLikePath(name)) {
    const folder = resolve(name.startsWith('~') ? join(homedir(), name.slice(1)) : name);
    if (isFolder(folder)) return { name: basename(folder), folder, source: 'folder' };
    throw modelNotFound(name, knownModelNames(env));
  }
  const embedded = findEmbeddedModel(name, env);
  if (embedded !== undefined) return { ...embedded, source: 'embedded' };
  if (existsSync(resolve(name, 'config.json')))
    return { name: basename(name), folder: resolve(name), source: 'folder' };
  const id = parseHubId(name, options.revision);
  const snapshot = id && findHubSnapshot(id, env);
  if (snapshot) return { name: snapshot.id, folder: snapshot.folder, source: 'hub', commit: snapshot.commit };
  throw modelNotFound(name, knownModelNames(env));
}

/** Every name that resolves on this machine, embedded ones first. */
export function knownModelNames(env: NodeJS.ProcessEnv = process.env): string[] {
  const embedded = EMBEDDED_MODELS.flatMap((model) => [model.name, ...model.ids]).filter((name) =>
    findEmbeddedModel(name, env),
  );
  return [...new Set([...embedded, ...embeddedFolderNames(env), ...listHubIds(env)])];
}

function looksLikePath(name: string): boolean {
  return /^(\.{0,2}[/\\]|\.{1,2}$|~|[A-Za-z]:[/\\])/.test(name);
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
