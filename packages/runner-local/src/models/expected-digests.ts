import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DigestAlgorithm } from '@assay/core';
import { filesThatMatter } from './model-files.ts';

/** What a file of a model should hash to. */
export interface ExpectedDigest {
  /** Relative to the model's folder, with forward slashes. */
  readonly path: string;
  readonly algorithm: DigestAlgorithm;
  readonly digest: string;
}

/**
 * Checksums known for a model's folder: a SHA256SUMS in it or beside it, or the hub cache's blob names,
 * which are digests themselves (sha256 for large files, git object ids for small ones). Of the cache only the files
 * that assay reads count: the same model's weights for other frameworks may lie beside them.
 * @returns an empty list where nothing is known
 */
export function expectedDigests(folder: string): ExpectedDigest[] {
  const own = join(folder, 'SHA256SUMS');
  if (existsSync(own)) return parseSums(readFileSync(own, 'utf8'), '');
  const beside = join(dirname(folder), 'SHA256SUMS');
  if (existsSync(beside)) {
    const sums = parseSums(readFileSync(beside, 'utf8'), `${basename(folder)}/`);
    if (sums.length > 0) return sums;
  }
  return filesThatMatter(folder).flatMap((path) => blobDigest(folder, path) ?? []);
}

/** Lines of `sha256sum`: the digest, two spaces (or a space and `*`), the path. */
function parseSums(text: string, prefix: string): ExpectedDigest[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+?)\r?$/.exec(line);
    if (match === null || !match[2]!.startsWith(prefix)) return [];
    return [{ path: match[2]!.slice(prefix.length), algorithm: 'sha256' as const, digest: match[1]! }];
  });
}

function blobDigest(folder: string, path: string): ExpectedDigest | undefined {
  const full = join(folder, path);
  if (!lstatSync(full).isSymbolicLink()) return undefined;
  const target = readlinkSync(full);
  if (basename(dirname(target)) !== 'blobs') return undefined;
  const digest = basename(target);
  if (/^[0-9a-f]{64}$/.test(digest)) return { path, algorithm: 'sha256', digest };
  return /^[0-9a-f]{40}$/.test(digest) ? { path, algorithm: 'git-sha1', digest } : undefined;
}
