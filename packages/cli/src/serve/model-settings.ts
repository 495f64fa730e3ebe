import { AssayError, type Device, type Dtype, type OpenLocalModelOptions } from 'assay/internal';
import { countFlag } from '../count-flag.ts';

/** Flags of `assay serve` that say how its models are opened. */
export interface ServedModelFlags {
  readonly workers?: string;
  readonly threads?: string;
  readonly batchSize?: string;
  readonly memoryLimit?: string;
  readonly device?: string;
  readonly unpack?: true;
  readonly precision?: 'exact' | 'fast';
  readonly isolate?: true;
  readonly revision?: string;
  readonly dtype?: string;
}

/** How MODEL is opened: by every flag there is. @throws AssayError USAGE */
export function mainModelSettings(flags: ServedModelFlags): OpenLocalModelOptions {
  const count = (flag: string, text: string | undefined, most: number): number | undefined =>
    text === undefined ? undefined : countFlag(flag, text, 1, most);
  const workers = count('--workers', flags.workers, 1024);
  const threads = count('--threads', flags.threads, 1024);
  const memoryMb = count('--memory-limit', flags.memoryLimit, 2 ** 30);
  const device = flags.device as Device | 'auto' | undefined;
  const memoryLimitBytes = memoryMb === undefined ? undefined : memoryMb * 2 ** 20;
  const causal = {
    ...{ workers, threads, device },
    batchSize: count('--batch-size', flags.batchSize, 1024),
    memoryLimitBytes,
    unpack: flags.unpack,
    precision: flags.precision,
    isolate: flags.isolate,
  };
  return {
    revision: flags.revision,
    dtype: flags.dtype as Dtype | undefined,
    causal: Object.fromEntries(Object.entries(causal).filter(([, value]) => value !== undefined)),
    texts: { threads: workers, sessionThreads: threads, device, memoryLimitBytes, isolate: flags.isolate },
  };
}

/** How the model of `--embedding-model` is opened: it has its own files, and shares the device. */
export function embeddingModelSettings({ device }: ServedModelFlags): OpenLocalModelOptions {
  return { texts: { device: device as Device | 'auto' | undefined } };
}

/** Flags that only a language model heeds. */
const OF_LANGUAGE_MODELS = {
  batchSize: '--batch-size',
  unpack: '--unpack',
  precision: '--precision',
} as const satisfies Partial<Record<keyof ServedModelFlags, string>>;

/** @throws AssayError USAGE when MODEL is no language model and a flag was given that only those heed */
export function requireHeeded(flags: ServedModelFlags, isLanguageModel: boolean): void {
  if (isLanguageModel) return;
  const given = Object.entries(OF_LANGUAGE_MODELS).flatMap(([name, flag]) =>
    flags[name as keyof typeof OF_LANGUAGE_MODELS] === undefined ? [] : flag,
  );
  if (given.length === 0) return;
  throw new AssayError('USAGE', `${given.join(' and ')} would change nothing: MODEL is an encoder`, {
    hint: 'They are for language models; an encoder heeds --workers, --threads, --device, --isolate, --dtype and --revision.',
  });
}
