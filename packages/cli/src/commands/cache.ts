import { resolve } from 'node:path';
import {
  AnswerCache,
  AssayError,
  answerCacheFolder,
  cacheReasons,
  findRun,
  findSample,
  localModels,
  type PartDifference,
  type RunFolder,
  readRunConfig,
} from 'assay/internal';
import { amountFlag, countFlag } from '../count-flag.ts';
import { printable } from '../print/terminal.ts';

export interface CacheFlags {
  readonly dir?: string | undefined;
}

export interface PruneFlags extends CacheFlags {
  readonly olderThan?: string;
  readonly maxSize?: string;
  readonly all?: true;
}

export async function cacheStats(flags: CacheFlags): Promise<number> {
  const code = await withCache(flags, async (cache) => {
    const { folder, entries, bytes, byRunner, byHelper } = await cache.stats();
    process.stdout.write(`${printable(folder)}   ${entries} answers, ${(bytes / 1e6).toFixed(1)} MB on disk\n`);
    for (const counts of [byRunner, byHelper]) {
      for (const [name, count] of [...counts].sort(([, a], [, b]) => b - a)) {
        process.stdout.write(`${String(count).padStart(10)}  ${printable(name)}\n`);
      }
    }
  });
  // A folder that is named holds answers alone.
  if (flags.dir === undefined) await unpackedStats();
  return code;
}

async function unpackedStats(): Promise<void> {
  const { listPrepacked } = await localModels();
  const kept = listPrepacked();
  if (kept.length === 0) return;
  process.stdout.write(`unpacked and converted weights   ${megabytes(kept)} on disk\n`);
  for (const one of kept) {
    const used = new Date(one.usedAt).toISOString().slice(0, 10);
    const name = one.model ?? 'left behind by a stopped run';
    process.stdout.write(`${megabytes([one]).padStart(13)}  ${printable(name)}, last used ${used}\n`);
  }
}

function megabytes(models: readonly { readonly bytes: number }[]): string {
  return `${(models.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1)} MB`;
}

/** What each answer of a sample depended on, and of a miss the first part that differs from the nearest cached answer. */
export async function cacheWhy(run: string, sample: string, flags: CacheFlags): Promise<number> {
  const folder = findRun(run);
  const records = await findSample(folder, countFlag('the row of the sample', sample, 1) - 1);
  if (records.length === 0) throw new AssayError('USAGE', `${run} has no sample of row ${sample}`);
  return withCache({ dir: flags.dir ?? (await cacheFolderOf(folder)) }, async (cache) => {
    for (const { model, cache: own, helperCache } of records) {
      const keys = { ...own, ...helperCache };
      process.stdout.write(`${printable(model)}, row ${sample}\n`);
      if (Object.keys(keys).length === 0) process.stdout.write('  asked without the cache\n');
      for (const { key, hit, parts, nearest } of cacheReasons(cache, keys)) {
        process.stdout.write(`  ${key}  ${hit ? 'came from the cache' : 'was not in the cache'}\n`);
        for (const [name, value] of parts ?? []) process.stdout.write(`    ${name.padEnd(18)}${shown(value)}\n`);
        if (parts === undefined) process.stdout.write('    no longer kept: its parts are unknown\n');
        else if (!hit) process.stdout.write(`    ${whyMissed(nearest?.differences)}\n`);
      }
    }
  });
}

function whyMissed(differences: readonly PartDifference[] | undefined): string {
  if (differences === undefined) return 'nothing was cached for this sample before';
  const [first, ...others] = differences;
  if (first === undefined) return 'the same was asked twice at the same time';
  const more = others.length === 0 ? '' : `; also ${others.map(({ name }) => name).join(', ')}`;
  return `differs from the nearest in ${first.name}: ${shown(first.here ?? 'unset')} here, ${shown(first.there ?? 'unset')} there${more}`;
}

/** The parts of a long text that tell it from another cannot be known: its beginning and length. */
function shown(value: string): string {
  const text = printable(value);
  return text.length <= 100 ? text : `${text.slice(0, 80)}… (${value.length} characters)`;
}

export async function cachePrune(flags: PruneFlags): Promise<number> {
  const { olderThan, maxSize, all } = flags;
  if (olderThan === undefined && maxSize === undefined && all === undefined) {
    throw new AssayError('USAGE', 'say what goes: --older-than DAYS, --max-size GB or --all');
  }
  const limits = {
    ...(olderThan === undefined
      ? {}
      : { before: Date.now() - amountFlag('--older-than', olderThan, 'days') * 86_400_000 }),
    ...(maxSize === undefined ? {} : { maxBytes: amountFlag('--max-size', maxSize, 'gigabytes') * 1e9 }),
    ...(all === undefined ? {} : { before: Number.POSITIVE_INFINITY }),
  };
  const code = await withCache(flags, async (cache) => {
    process.stdout.write(`${await cache.prune(limits)} answers dropped\n`);
  });
  if (flags.dir === undefined) {
    const { prunePrepacked } = await localModels();
    const gone = await prunePrepacked(limits);
    if (gone.length > 0) process.stdout.write(`unpacked and converted weights dropped, ${megabytes(gone)}\n`);
  }
  return code;
}

/** The cache that a run's config names, if it does. */
async function cacheFolderOf(run: RunFolder): Promise<string | undefined> {
  const { config, baseDir } = await readRunConfig(run);
  const dir = config?.cache?.dir;
  return dir === undefined ? undefined : resolve(baseDir, dir);
}

async function withCache({ dir }: CacheFlags, use: (cache: AnswerCache) => Promise<void>): Promise<number> {
  let trouble = '';
  const cache = await AnswerCache.open(dir ?? answerCacheFolder(), (message) => {
    trouble = message;
  });
  if (cache === undefined) throw new AssayError('RUN_CACHE', trouble);
  if (trouble !== '') process.stderr.write(`${printable(trouble)}\n`);
  try {
    await use(cache);
  } finally {
    await cache.close();
  }
  return 0;
}
