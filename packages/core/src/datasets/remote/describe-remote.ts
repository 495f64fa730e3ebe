import { AssayError } from '../../errors/assay-error.ts';
import { formatOfFile } from '../file-format.ts';
import type { ParquetListing } from './choose-split.ts';
import type { HubDatasetUri } from './hub-dataset-uri.ts';
import type { HubFile } from './hub-file.ts';
import { hubConversion, hubInfo, hubTree } from './list-hub.ts';
import { type OpenedSource, openSource, type SourceOptions } from './open-source.ts';

/** What a source says of itself; nothing is downloaded for it. */
export interface RemoteDescription {
  /** Without what may be a secret. */
  readonly uri: string;
  /** Null where the source states none. */
  readonly licence: string | null;
  /** Of the hub: the commit that the data is of. */
  readonly commit: string | null;
  /** Of the hub: what there is to choose from, those that the URI names. Empty elsewhere. */
  readonly splits: readonly RemoteSplit[];
  /** The data files, where there are no splits to choose from. */
  readonly files: readonly { readonly path: string; readonly sizeBytes: number | null }[];
}

export interface RemoteSplit {
  readonly config: string;
  readonly split: string;
  readonly files: number;
  /** Null where the hub does not tell. */
  readonly sizeBytes: number | null;
}

/** Where the hub keeps what it converted. @see https://huggingface.co/docs/dataset-viewer/parquet */
const CONVERSION = 'refs/convert/parquet';

/** Licence, configs, splits and sizes of what is behind a URI. @throws AssayError DATASET_DOWNLOAD, AWS_* */
export async function describeRemote(uri: string, options: SourceOptions = {}): Promise<RemoteDescription> {
  const opened = openSource(uri, options);
  const { source, offline, list } = opened;
  if (offline !== undefined) {
    throw new AssayError('DATASET_DOWNLOAD', `${offline}, and only its source tells what ${source.shown} has`);
  }
  try {
    if (source.kind === 'hub') return await describeHub(source.hub, opened);
    const { licence, files } = await list();
    return { uri: source.shown, licence, commit: null, splits: [], files };
  } finally {
    await opened.close();
  }
}

async function describeHub(
  hub: HubDatasetUri,
  { source, endpoint, request }: OpenedSource,
): Promise<RemoteDescription> {
  const { sha, licence } = await hubInfo(hub, endpoint, request);
  const common = { uri: source.shown, licence, commit: sha };
  if (hub.revision === undefined && hub.path === undefined) {
    const conversion = await hubConversion(hub, endpoint, request);
    if (Object.keys(conversion).length > 0) {
      const sizes = await hubTree(hub, CONVERSION, endpoint, request);
      return { ...common, splits: splitsOf(conversion, sizes ?? [], hub.words), files: [] };
    }
  }
  const files = (await hubTree(hub, sha, endpoint, request)) ?? [];
  const meant = files.filter(({ path }) =>
    hub.path === undefined ? formatOfFile(path) !== undefined : path === hub.path,
  );
  return { ...common, splits: [], files: meant };
}

/** Those that have every given word as their config or split; all of them where none has. */
function splitsOf(conversion: ParquetListing, tree: readonly HubFile[], words: readonly string[]): RemoteSplit[] {
  const all = Object.entries(conversion).flatMap(([config, splits]) =>
    Object.entries(splits).map(([split, urls]): RemoteSplit => {
      // Of large datasets only the first gigabytes are converted, into a folder that says so.
      const folders = [`${config}/${split}/`, `${config}/partial-${split}/`];
      const sizes = tree.filter(({ path }) => folders.some((folder) => path.startsWith(folder)));
      const sizeBytes = sizes.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0);
      return { config, split, files: urls.length, sizeBytes: sizes.length === 0 ? null : sizeBytes };
    }),
  );
  const named = all.filter(({ config, split }) => words.every((word) => word === config || word === split));
  return named.length > 0 ? named : all;
}
