import type { DigestAlgorithm } from '../../downloads/file-digest.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { downloadCode, type RemoteRequest } from './remote-request.ts';

/** A file of a repository on the hub, with what it must hash to. */
export interface HubFile {
  /** Within the repository, with forward slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly digest: { readonly algorithm: DigestAlgorithm; readonly hex: string };
}

/**
 * A file as the hub lists it, whatever it says.
 * @param sha256 of a large file; @param gitSha1 of a small one
 * @returns undefined for a name that would leave the repository's folder, and for a file without a digest
 */
export function readHubFile(path: unknown, size: unknown, sha256: unknown, gitSha1: unknown): HubFile | undefined {
  if (typeof path !== 'string' || typeof size !== 'number' || !isSafePath(path)) return undefined;
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) {
    return { path, sizeBytes: size, digest: { algorithm: 'sha256', hex: sha256 } };
  }
  if (typeof gitSha1 !== 'string' || !isCommit(gitSha1)) return undefined;
  return { path, sizeBytes: size, digest: { algorithm: 'git-sha1', hex: gitSha1 } };
}

/** The commit that a revision stands for. @throws DATASET_DOWNLOAD, MODEL_DOWNLOAD */
export function readCommit(sha: unknown, request: RemoteRequest): string {
  if (typeof sha === 'string' && isCommit(sha)) return sha;
  throw new AssayError(downloadCode(request), `no commit is known of ${request.shown}`, {
    hint: 'Is HF_ENDPOINT a Hugging Face hub? Its answer was not one.',
  });
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

function isSafePath(path: string): boolean {
  return !/[\\\0:]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
