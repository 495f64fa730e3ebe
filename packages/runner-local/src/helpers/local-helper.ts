import { AssayError, type HelperAsk, type HelperBackend, type RunnerHooks } from '@assay/core';
import type { PreparedModel } from '../models/prepare-model.ts';
import { prepareOrPull } from '../open-local-model.ts';

/** Helper models that run in this process; a judge is a runner like any other. */
export type LocalHelperKind = Exclude<HelperAsk['kind'], 'judge'>;

export interface LocalHelperOptions {
  /** Threads, each with a session of its own. @default 1 */
  readonly threads?: number | undefined;
  readonly hooks?: RunnerHooks | undefined;
  /** Whether a hub id that is not on this machine is downloaded. @default true */
  readonly download?: boolean | undefined;
  /** Stops a download. */
  readonly signal?: AbortSignal | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Embedded models for those who name none. */
const DEFAULTS: Readonly<Record<LocalHelperKind, string>> = {
  classify: 'tox-block-bilstm',
  similarity: 'all-MiniLM-L6-v2',
  bertscore: 'all-MiniLM-L6-v2',
};

/**
 * The id that `openLocalHelper` will answer under, with the model's digest, without loading it (a hub id that is not here
 * is downloaded).
 * @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_CHECKSUM, MODEL_DOWNLOAD
 */
export async function describeLocalHelper(
  kind: LocalHelperKind,
  model: string | undefined,
  options: LocalHelperOptions = {},
): Promise<string> {
  return (await prepared(kind, model, options)).id;
}

/**
 * Opens a helper model: a text classifier, or an encoder for the cosine of two texts or for BERTScore.
 * @param model an embedded model, a folder or a hub id; the embedded one for this kind when undefined
 * @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_CHECKSUM, MODEL_DOWNLOAD, MODEL_LOAD, MODEL_UNSUPPORTED
 */
export async function openLocalHelper(
  kind: LocalHelperKind,
  model: string | undefined,
  options: LocalHelperOptions = {},
): Promise<HelperBackend> {
  const settings = { ...options, model: await prepared(kind, model, options) };
  switch (kind) {
    case 'classify': {
      const { createClassifyHelper } = await import('./classify-helper.ts');
      return createClassifyHelper(settings);
    }
    case 'similarity': {
      const { createSimilarityHelper } = await import('./similarity-helper.ts');
      return createSimilarityHelper(settings);
    }
    case 'bertscore': {
      const { createBertscoreHelper } = await import('./bertscore-helper.ts');
      return createBertscoreHelper(settings);
    }
    default:
      throw new AssayError('RUNNER_CAPABILITY', `there is no local helper for "${String(kind)}"`);
  }
}

function prepared(
  kind: LocalHelperKind,
  model: string | undefined,
  { hooks, download, signal, env }: LocalHelperOptions,
): Promise<PreparedModel> {
  return prepareOrPull(model ?? DEFAULTS[kind], { hooks, download, signal, env });
}
