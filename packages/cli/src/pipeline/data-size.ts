import { stat } from 'node:fs/promises';
import {
  type DataSize,
  isPlainLines,
  isRemote,
  locateFiles,
  type PlannedDataset,
  type ValidConfig,
} from 'assay/internal';

/** Of a dataset that was opened. */
export function dataSizeOf({ files, total }: PlannedDataset): DataSize {
  return sizeOf(files, total);
}

/** Of a dataset whose files lie on this machine, without a look into them; undefined of any other. */
export async function dataSizeHere({ config, baseDir }: ValidConfig): Promise<DataSize | undefined> {
  const { input_data_location: location, dataset_mime_type: format } = config.dataset;
  // Standard input can be read once.
  if ([location].flat().some((each) => isRemote(each) || each === '-')) return undefined;
  const paths = await locateFiles(location, { baseDir, format }).catch(() => undefined);
  if (paths === undefined) return undefined;
  const files = await Promise.all(paths.map(async (path) => ({ path, bytes: (await stat(path)).size })));
  return sizeOf(files, null);
}

function sizeOf(files: readonly { readonly path: string; readonly bytes: number }[], rows: number | null): DataSize {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { bytes, rows, isPlain: files.every(({ path }) => isPlainLines(path)) };
}
