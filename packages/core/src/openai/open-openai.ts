import type { RunnerWith } from '../runner/runner.ts';
import type { OpenaiBatchOptions } from './create-openai-batches.ts';
import type { OpenServerOptions } from './open-server.ts';
import type { Embedder } from './openai-embedder.ts';
import type { OpenaiModel } from './openai-model.ts';
import type { OpenaiRunnerOptions } from './openai-runner.ts';

/** `createOpenaiRunner`, whose code a run without such a model does not load. @throws AssayError CONFIG_INVALID */
export async function openOpenaiRunner(
  model: OpenaiModel,
  options: OpenaiRunnerOptions = {},
): Promise<RunnerWith<'generate' | 'logProbabilities'>> {
  const { createOpenaiRunner } = await import('./openai-runner.ts');
  return createOpenaiRunner(model, options);
}

/** `createOpenaiBatches`, loaded as above. @throws AssayError CONFIG_INVALID; RUN_OUTPUT_NOT_WRITABLE */
export async function openOpenaiBatches(
  model: OpenaiModel,
  options: OpenaiBatchOptions,
): Promise<RunnerWith<'generate' | 'close'>> {
  const { createOpenaiBatches } = await import('./create-openai-batches.ts');
  return createOpenaiBatches(model, options);
}

/** `createOpenaiEmbedder`, loaded as above. @throws AssayError CONFIG_INVALID */
export async function openOpenaiEmbedder(model: OpenaiModel, options: OpenServerOptions = {}): Promise<Embedder> {
  const { createOpenaiEmbedder } = await import('./openai-embedder.ts');
  return createOpenaiEmbedder(model, options);
}
