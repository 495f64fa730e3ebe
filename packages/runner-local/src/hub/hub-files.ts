import { AssayError, type DigestAlgorithm } from '@assay/core';
import type { HubId } from './hub-id.ts';
import { type HubRequestOptions, hubGet } from './hub-request.ts';

/** A file of a model on the hub, with what it must hash to. */
export interface HubFile {
  /** Within the model, with forward slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly algorithm: DigestAlgorithm;
  /** Hex; also the name of its blob in the cache. */
  readonly digest: string;
}

export interface HubListing {
  readonly id: string;
  /** What the revision points to: forty hexadecimal digits. */
  readonly commit: string;
  readonly files: readonly HubFile[];
}

interface Sibling {
  readonly rfilename?: unknown;
  readonly size?: unknown;
  readonly blobId?: unknown;
  readonly lfs?: { readonly sha256?: unknown; readonly oid?: unknown } | null;
}

/**
 * Lists a model's files at a revision, with sizes and digests, in one request.
 * @throws MODEL_NOT_FOUND, MODEL_DOWNLOAD
 * @see https://huggingface.co/docs/hub/api
 */
export async function listHubFiles(wanted: HubId, options: HubRequestOptions): Promise<HubListing> {
  const what = `model ${wanted.id} at revision ${wanted.revision}`;
  const path = `/api/models/${wanted.id}/revision/${encodeURIComponent(wanted.revision)}?blobs=true`;
  const response = await hubGet(path, what, options);
  const body = (await response.json().catch(() => undefined)) as { sha?: unknown; siblings?: Sibling[] } | undefined;
  if (typeof body?.sha !== 'string' || !/^[0-9a-f]{40}$/.test(body.sha) || !Array.isArray(body.siblings)) {
    throw new AssayError('MODEL_DOWNLOAD', `${options.settings.endpoint} gave no file list for ${what}`, {
      hint: 'Is HF_ENDPOINT a Hugging Face hub? Its answer was not one.',
    });
  }
  return { id: wanted.id, commit: body.sha, files: body.siblings.flatMap((sibling) => readSibling(sibling) ?? []) };
}

/** A name that would leave the model's folder, or a file without a digest, is not taken. */
function readSibling(sibling: Sibling): HubFile | undefined {
  const { rfilename: path, size } = sibling;
  if (typeof path !== 'string' || typeof size !== 'number' || !isSafePath(path)) return undefined;
  const large = sibling.lfs?.sha256 ?? sibling.lfs?.oid;
  if (typeof large === 'string' && /^[0-9a-f]{64}$/.test(large)) {
    return { path, sizeBytes: size, algorithm: 'sha256', digest: large };
  }
  const small = sibling.blobId;
  if (typeof small !== 'string' || !/^[0-9a-f]{40}$/.test(small)) return undefined;
  return { path, sizeBytes: size, algorithm: 'git-sha1', digest: small };
}

function isSafePath(path: string): boolean {
  return !/[\\\0:]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
