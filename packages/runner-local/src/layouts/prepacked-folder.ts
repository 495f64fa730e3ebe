import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus } from 'node:os';
import { join } from 'node:path';
import { assayCacheFolder, fileDigest } from '@assay/core';
import { DigestMemory } from '../models/digest-memory.ts';
import { kernelSets } from '../runtime/integer-units.ts';

/** The graph's file within its folder; its weights lie beside it. */
export const PREPACKED_GRAPH = 'graph.onnx';
/** Written last: what the folder is, and what its files hash to. */
export const RECORD = 'prepacked.json';

/** What names a prepacked graph: it is good for these weights, this runtime and this CPU only. */
export interface PrepackedKey {
  /** Name of the model, for people. */
  readonly model: string;
  /** Of the weights in use, and the files beside them. */
  readonly digest: string;
  readonly runtime: string;
  /** Its name, and the instruction sets that processors of that name need not share. */
  readonly cpu: string;
  /** Which form of the weights, where they are not just unpacked. */
  readonly form?: string | undefined;
}

export interface PrepackedRecord extends PrepackedKey {
  /** sha256 of each file. */
  readonly files: Readonly<Record<string, string>>;
}

/** The key on this machine. */
export function prepackedKey(model: string, digest: string, form?: string): PrepackedKey {
  const runtime = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  const cpu = [arch(), cpus()[0]?.model ?? 'unknown', ...kernelSets()].join(' ');
  return { model, digest, runtime: runtime.version, cpu, ...(form === undefined ? {} : { form }) };
}

/** Where all of them lie, below assay's cache folder. */
export function prepackedRoot(env?: NodeJS.ProcessEnv): string {
  return join(assayCacheFolder(env), 'prepacked');
}

/** The folder of one prepacked graph. The model's name is left out: copies of a model share it. */
export function prepackedFolder({ digest, runtime, cpu, form }: PrepackedKey, env?: NodeJS.ProcessEnv): string {
  const name = createHash('sha256')
    .update(JSON.stringify([digest, runtime, cpu, ...(form === undefined ? [] : [form])]))
    .digest('hex');
  return join(prepackedRoot(env), name.slice(0, 24));
}

/** Puts down what a folder's files are, which makes it whole. */
export async function writeRecord(folder: string, key: PrepackedKey): Promise<void> {
  const digests = readdirSync(folder).map(
    async (file) => [file, await fileDigest(join(folder, file), 'sha256')] as const,
  );
  const record: PrepackedRecord = { ...key, files: Object.fromEntries(await Promise.all(digests)) };
  await writeFile(join(folder, RECORD), JSON.stringify(record));
}

/** @returns undefined for a folder without a readable record */
export function readRecord(folder: string): PrepackedRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, RECORD), 'utf8')) as PrepackedRecord;
    return typeof record.files === 'object' && record.files !== null ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a folder is of this key, and its files have the bytes that were saved; its record's time says when it was last asked
 * for. Files are hashed once and then only when they changed.
 */
export async function isWhole(folder: string, key: PrepackedKey, env?: NodeJS.ProcessEnv): Promise<boolean> {
  const record = readRecord(folder);
  if (record === undefined || prepackedFolder(record, env) !== prepackedFolder(key, env)) return false;
  const memory = await DigestMemory.open(folder, env);
  for (const [file, digest] of Object.entries(record.files)) {
    const found = await memory.digest(file, 'sha256').catch(() => undefined);
    if (found !== digest) return false;
  }
  await memory.save();
  const now = new Date();
  await utimes(join(folder, RECORD), now, now).catch(() => undefined);
  return true;
}
