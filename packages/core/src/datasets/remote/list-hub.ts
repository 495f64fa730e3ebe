import { AssayError } from '../../errors/assay-error.ts';
import { chooseFiles } from './choose-files.ts';
import { chooseSplit, type ParquetListing } from './choose-split.ts';
import { hubJson } from './hub-api.ts';
import type { HubDatasetUri } from './hub-dataset-uri.ts';
import { type HubFile, readCommit, readHubFile } from './hub-file.ts';
import { probeFile } from './probe-file.ts';
import type { RemoteFile, RemoteListing } from './remote-listing.ts';
import type { RemoteRequest } from './remote-request.ts';

/** Of 1,000 entries each: far above any dataset. A server that names a next page without end is one that fails. */
const MAX_PAGES = 100;

/**
 * The files of a dataset on the hub: what it was converted to (Parquet, by config and split), or its own data files
 * where a revision or a file is named or there is no conversion.
 * @see https://huggingface.co/docs/hub/api
 * @throws DATASET_DOWNLOAD
 */
export async function listHub(wanted: HubDatasetUri, endpoint: string, request: RemoteRequest): Promise<RemoteListing> {
  const { sha, licence } = await hubInfo(wanted, endpoint, request);
  if (wanted.revision === undefined && wanted.path === undefined) {
    const files = chooseSplit(await hubConversion(wanted, endpoint, request), wanted.words, request.shown);
    if (files.length > 0) return { licence, files: await probeAll(files, endpoint, request) };
  }
  const tree = (await hubTree(wanted, sha, endpoint, request)) ?? [];
  const chosen = chooseFiles(tree, wanted, request.shown);
  const url = (path: string): string =>
    `${endpoint}/datasets/${wanted.id}/resolve/${sha}/${path.split('/').map(encodeURIComponent).join('/')}`;
  return { licence, files: chosen.map((file) => ({ ...file, url: url(file.path), version: sha.slice(0, 16) })) };
}

const apiOf = ({ id }: HubDatasetUri, endpoint: string): string => `${endpoint}/api/datasets/${id}`;

/** The commit that a revision stands for, and the licence as its card states it. @throws DATASET_DOWNLOAD */
export async function hubInfo(wanted: HubDatasetUri, endpoint: string, request: RemoteRequest): Promise<HubInfo> {
  const revision = encodeURIComponent(wanted.revision ?? 'main');
  const info = await hubJson(`${apiOf(wanted, endpoint)}/revision/${revision}`, request);
  return readInfo(info?.body, request);
}

/** What a dataset was converted to; nothing where that was not made (404), not allowed (403), not possible (501). */
export async function hubConversion(
  wanted: HubDatasetUri,
  endpoint: string,
  request: RemoteRequest,
): Promise<ParquetListing> {
  const parquet = await hubJson(`${apiOf(wanted, endpoint)}/parquet`, request, [400, 403, 404, 500, 501, 503]);
  return (parquet?.body ?? {}) as ParquetListing;
}

/** Every file of a revision with its size; undefined where there is no such revision. @throws DATASET_DOWNLOAD */
export function hubTree(
  wanted: HubDatasetUri,
  revision: string,
  endpoint: string,
  request: RemoteRequest,
): Promise<HubFile[] | undefined> {
  return readTree(`${apiOf(wanted, endpoint)}/tree/${encodeURIComponent(revision)}?recursive=true`, request);
}

export interface HubInfo {
  readonly sha: string;
  readonly licence: string | null;
}

function readInfo(body: unknown, request: RemoteRequest): HubInfo {
  const { sha, cardData, tags } = (body ?? {}) as { sha?: unknown; cardData?: { license?: unknown }; tags?: unknown };
  const commit = readCommit(sha, request);
  const stated = [cardData?.license ?? []].flat().filter((licence) => typeof licence === 'string');
  const tagged = (Array.isArray(tags) ? tags : []).flatMap((tag) => /^license:(.+)$/.exec(String(tag))?.[1] ?? []);
  const licences = stated.length > 0 ? stated : tagged;
  return { sha: commit, licence: licences.length > 0 ? licences.join(', ') : null };
}

/** Paths are asked of our own endpoint: a mirror lists the hub's own addresses. */
function probeAll(urls: readonly string[], endpoint: string, request: RemoteRequest): Promise<RemoteFile[]> {
  return Promise.all(
    urls.map(async (listed, position): Promise<RemoteFile> => {
      const url = `${endpoint}${new URL(listed, endpoint).pathname}`;
      const { contentType: _, ...probed } = await probeFile(url, request);
      const part = String(position).padStart(String(urls.length - 1).length, '0');
      return { path: `part-${part}.parquet`, url, ...probed };
    }),
  );
}

async function readTree(url: string, request: RemoteRequest): Promise<HubFile[] | undefined> {
  const files: HubFile[] = [];
  let page: string | undefined = url;
  for (let count = 0; page !== undefined; count++) {
    if (count === MAX_PAGES) {
      throw new AssayError('DATASET_DOWNLOAD', `${request.shown} lists its files on more than ${MAX_PAGES} pages`, {
        hint: 'Name one file of it: hf://datasets/owner/name/path/to/file.parquet.',
      });
    }
    const answer: Awaited<ReturnType<typeof hubJson>> = await hubJson(page, request, [404]);
    if (answer === undefined) return undefined;
    if (Array.isArray(answer.body)) files.push(...answer.body.flatMap((entry) => readEntry(entry) ?? []));
    page = answer.next;
  }
  return files;
}

function readEntry(entry: unknown): HubFile | undefined {
  const { type, path, size, oid, lfs } = (entry ?? {}) as Record<string, unknown> & { lfs?: { oid?: unknown } | null };
  return type === 'file' ? readHubFile(path, size, lfs?.oid, oid) : undefined;
}
