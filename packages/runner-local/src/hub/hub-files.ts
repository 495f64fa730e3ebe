import { type DigestAlgorithm, hubJson, readCommit, readHubFile } from '@assay/core';
import type { HubId } from './hub-id.ts';
import { type HubRequestOptions, modelRequest } from './hub-request.ts';

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
  const request = modelRequest(what, options);
  const answer = await hubJson(`${options.settings.endpoint}${path}`, request);
  const { sha, siblings } = (answer?.body ?? {}) as { readonly sha?: unknown; readonly siblings?: unknown };
  const files = Array.isArray(siblings) ? siblings.flatMap((sibling: Sibling) => readSibling(sibling) ?? []) : [];
  return { id: wanted.id, commit: readCommit(Array.isArray(siblings) ? sha : undefined, request), files };
}

function readSibling({ rfilename, size, lfs, blobId }: Sibling): HubFile | undefined {
  const file = readHubFile(rfilename, size, lfs?.sha256 ?? lfs?.oid, blobId);
  if (file === undefined) return undefined;
  const { path, sizeBytes, digest } = file;
  return { path, sizeBytes, algorithm: digest.algorithm, digest: digest.hex };
}
