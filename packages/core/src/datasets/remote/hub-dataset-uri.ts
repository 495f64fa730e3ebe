import { AssayError } from '../../errors/assay-error.ts';
import { formatOfFile } from '../file-format.ts';

/** `hf://datasets/owner/name[@revision][/config][/split]`, or `…/path/to/file.parquet` as the hub's own tools write it. */
export interface HubDatasetUri {
  readonly id: string;
  /** Undefined: the main branch, or its conversion to Parquet. */
  readonly revision: string | undefined;
  /** Config and split, or only one of them. */
  readonly words: readonly string[];
  /** A file in the repository; then `words` is empty. */
  readonly path: string | undefined;
}

const SEGMENT = /^[\w][\w.-]*$/;

/** @throws DATASET_DOWNLOAD when the text cannot be a dataset on the hub */
export function parseHubDatasetUri(uri: string): HubDatasetUri {
  const match = /^hf:\/\/datasets\/([^/@]+)\/([^/@]+)(?:@([^/]+))?(?:\/(.*))?$/i.exec(uri);
  if (match === null) throw misspelt(uri, 'it is not hf://datasets/owner/name');
  const [, owner = '', name = '', given, rest = ''] = match;
  const revision = given?.replace(/%2f/gi, '/');
  const segments = rest.split('/').filter((segment) => segment !== '');
  if (!SEGMENT.test(owner) || !SEGMENT.test(name)) throw misspelt(uri, `${owner}/${name} is no id of the hub`);
  if (revision !== undefined && (!/^[\w./-]+$/.test(revision) || revision.includes('..'))) {
    throw misspelt(uri, `${revision} is no revision`);
  }
  if (segments.some((segment) => segment === '.' || segment === '..')) throw misspelt(uri, 'its path leads outside');
  const id = `${owner}/${name}`;
  const path = segments.join('/');
  if (formatOfFile(path) !== undefined) return { id, revision, words: [], path };
  if (segments.length > 2) throw misspelt(uri, 'more than config and split follow the name');
  return { id, revision, words: segments, path: undefined };
}

function misspelt(uri: string, why: string): AssayError {
  return new AssayError('DATASET_DOWNLOAD', `${uri} cannot be fetched: ${why}`, {
    hint: 'Write hf://datasets/owner/name, then @revision, /config, /split or /path/to/file as needed.',
  });
}
