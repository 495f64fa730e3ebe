import { isRecord } from '../datasets/row-batch.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { ForeignOutput } from './foreign-run.ts';
import { InspectRows } from './inspect-output.ts';
import { ZipArchive, type ZipEntry } from './zip-archive.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * An Inspect `.eval` log: a ZIP archive with `header.json` and a file for each sample and epoch, read one after the other.
 * @throws AssayError DATASET_SYNTAX; DATASET_EMPTY for one without samples
 * @see https://inspect.aisi.org.uk/eval-logs.html
 */
export async function readInspectArchive(path: string, name: string): Promise<ForeignOutput> {
  const archive = await ZipArchive.open(path);
  try {
    const header = await headerOf(archive, name);
    const rows = new InspectRows(header, name);
    for (const entry of samplesInOrder(archive.entries, header)) rows.add(await record(archive, entry, name));
    return rows.output();
  } finally {
    await archive.close();
  }
}

/** A log that was cut short has what it began with in place of its header. */
async function headerOf(archive: ZipArchive, name: string): Promise<Json> {
  const entry = ['header.json', '_journal/start.json']
    .map((wanted) => archive.entries.find((each) => each.name === wanted))
    .find((found) => found !== undefined);
  const header = entry === undefined ? undefined : await record(archive, entry, name);
  if (header !== undefined && isRecord(header.eval)) return header;
  throw new AssayError('DATASET_SYNTAX', `${name} is no Inspect log: the archive has no header.json`);
}

async function record(archive: ZipArchive, entry: ZipEntry, name: string): Promise<Json> {
  let content: unknown;
  try {
    content = JSON.parse(await archive.text(entry));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new AssayError('DATASET_SYNTAX', `${entry.name} of ${name} is no JSON`, { cause });
  }
  if (isRecord(content)) return content;
  throw new AssayError('DATASET_SYNTAX', `${entry.name} of ${name} holds no JSON object`);
}

const SAMPLE = /^samples\/(.+)_epoch_(\d+)\.json$/;

/** By the dataset's order where the header has it, then by epoch. A file that was written twice counts as it was last. */
function samplesInOrder(entries: readonly ZipEntry[], header: Json): ZipEntry[] {
  const spec = isRecord(header.eval) && isRecord(header.eval.dataset) ? header.eval.dataset : {};
  const ids = Array.isArray(spec.sample_ids) ? spec.sample_ids.map(String) : [];
  const places = new Map(ids.map((id, at) => [id, at]));
  const last = new Map(entries.map((entry) => [entry.name, entry]));
  const found = [...last.values()].flatMap((entry) => {
    const [, id, epoch] = SAMPLE.exec(entry.name) ?? [];
    return id === undefined ? [] : [{ entry, id, epoch: Number(epoch) }];
  });
  const placeOf = ({ id }: { id: string }) => places.get(id) ?? ids.length;
  return found
    .sort((a, b) => placeOf(a) - placeOf(b) || a.id.localeCompare(b.id, 'en', { numeric: true }) || a.epoch - b.epoch)
    .map(({ entry }) => entry);
}
