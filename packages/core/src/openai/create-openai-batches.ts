import type { BatchHooks } from '../batch/batch-desk.ts';
import { RetryBudget } from '../calls/retry.ts';
import { isGreedyRequest } from '../runner/greedy-request.ts';
import type { RunnerHooks, RunnerWith } from '../runner/runner.ts';
import { type Clock, systemClock } from '../storage/clock.ts';
import type { Storage } from '../storage/storage.ts';
import { type OpenServerOptions, openServer } from './open-server.ts';
import type { OpenaiModel } from './openai-model.ts';
import { protocolOf } from './protocol-of.ts';
import { runnerId } from './runner-id.ts';

export interface OpenaiBatchOptions extends OpenServerOptions {
  /** In the run's folder: what it sent. */
  readonly ledgerFile: string;
  readonly hooks?: BatchHooks & Pick<RunnerHooks, 'onTokens' | 'onWait'>;
  readonly clock?: Clock | undefined;
  readonly storage?: Storage | undefined;
  /** Milliseconds in which a batch that was made may not be in sight yet. @default 60_000 */
  readonly settlesMs?: number;
}

/**
 * A model that is asked by its provider's batch API: later, at half the price. Anthropic's where the API is `messages`.
 * @throws AssayError CONFIG_INVALID where the variable with the key is not set; RUN_OUTPUT_NOT_WRITABLE
 */
export async function createOpenaiBatches(
  model: OpenaiModel,
  options: OpenaiBatchOptions,
): Promise<RunnerWith<'generate' | 'close'>> {
  const { clock = systemClock, hooks = {}, ledgerFile, storage, settlesMs } = options;
  // Few runs ask in batches: the rest do without this code.
  const [{ createBatchRunner }, { BatchCalls }, { AnthropicBatches }, { OpenaiBatches }] = await Promise.all([
    import('../batch/batch-runner.ts'),
    import('./batch-calls.ts'),
    import('./anthropic-batches.ts'),
    import('./openai-batches.ts'),
  ]);
  const protocol = protocolOf(model);
  const retries = new RetryBudget({
    clock,
    onWait: ({ message }, waitMs) => hooks.onWait?.({ reason: message, waitMs }),
  });
  const calls = new BatchCalls(openServer(model, protocol, options), retries);
  const service =
    protocol.path === 'messages'
      ? new AnthropicBatches(calls, protocol, { clock, ...(settlesMs === undefined ? {} : { settlesMs }) })
      : new OpenaiBatches(calls, protocol, settlesMs);
  return createBatchRunner({
    id: runnerId(model),
    model: model.name,
    service,
    request: (prompt, given) => JSON.stringify(protocol.body(prompt, given)),
    isGreedy: (given) => isGreedyRequest(protocol.body({ id: '', text: '' }, given)),
    ledgerFile,
    storage,
    clock,
    hooks,
    hints: { logProbabilities: 'take mode: realtime, or name a local model for it' },
    notes: ['asked in batches, at the provider’s batch price; times of answers are those of batches'],
  });
}
