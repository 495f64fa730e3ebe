import { createHash } from 'node:crypto';
import {
  AssayError,
  type Clock,
  type Completion,
  failedAnswer,
  type GenerateOptions,
  isGreedyRequest,
  PacedCalls,
  type Prompt,
  type ResolvedModel,
  type RunnerHooks,
  type RunnerWith,
  Unanswered,
} from '@assay/core';
import type {
  BedrockRuntimeClient,
  ConverseCommandInput,
  ConverseCommandOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { AwsConnection, type AwsSettings } from '../aws/aws-connection.ts';
import { awsError, endsTheRun } from '../aws/aws-error.ts';
import { createPayload } from '../payload/payload.ts';
import { type Answer, readAnswer } from '../payload/read-answer.ts';
import { converseRequest } from './converse-request.ts';
import { checkProfileRegion, checkSampling, type SamplingRule, samplingRule } from './sampling-rule.ts';

export type BedrockModel = Extract<ResolvedModel, { runner: 'bedrock' }>;

export interface BedrockRunnerOptions extends AwsSettings {
  /** Most requests under way at a time; fewer while Bedrock throttles. @default limits.max_concurrency, else 16 */
  readonly concurrency?: number | undefined;
  readonly hooks?: RunnerHooks | undefined;
  readonly clock?: Clock | undefined;
  /** Seeds the jitter of waits between attempts. @default 0 */
  readonly seed?: number | undefined;
}

interface Api {
  ask(prompt: Prompt, options: GenerateOptions, signal: AbortSignal): Promise<Answer>;
  isGreedy(options: GenerateOptions): boolean;
}

/** A model on Amazon Bedrock, by Converse or by InvokeModel with the config's content_template. @throws AssayError CONFIG_INVALID */
export async function createBedrockRunner(
  model: BedrockModel,
  options: BedrockRunnerOptions,
): Promise<RunnerWith<'generate' | 'close'>> {
  const { api = 'converse', model_id: modelId } = model.bedrock;
  const limits = model.config.limits;
  const concurrency = options.concurrency ?? limits?.max_concurrency ?? 16;
  const { region } = options;
  checkProfileRegion(model.name, modelId, region);
  const rule = samplingRule(modelId, model.bedrock.sampling);
  if (api === 'converse') checkSampling(model.name, rule, model.inferenceParameters);
  const connection = new AwsConnection({ ...options, region }, concurrency);
  const tried = { action: 'bedrock:InvokeModel', resource: `model/${modelId}`, region };
  const client = await connection.client('bedrock', async (config) => {
    const { BedrockRuntimeClient: Client } = await import('@aws-sdk/client-bedrock-runtime');
    return new Client(config);
  });
  const { ask, isGreedy } = api === 'converse' ? await converse(client, model, rule) : await invokeModel(client, model);
  const calls = new PacedCalls({ concurrency, limits, clock: options.clock, seed: options.seed, isFatal: endsTheRun });
  const answer = async (
    prompt: Prompt,
    generate: GenerateOptions,
    ticket: number,
    signal: AbortSignal,
  ): Promise<Completion> => {
    const result = await calls.call(prompt.id, ticket, signal, async (stop) => {
      try {
        return await ask(prompt, generate, stop);
      } catch (thrown) {
        throw stop.aborted ? thrown : awsError(thrown, tried);
      }
    });
    if (result instanceof Unanswered) return failedAnswer(prompt.id, result.error, result.attempts);
    const { newTokens = 0, promptTokens = 0 } = result.value;
    if (newTokens > 0) options.hooks?.onTokens?.({ newTokens, promptTokens });
    return { id: prompt.id, ok: true, ...result.value, elapsedMs: result.elapsedMs, attempts: result.attempts };
  };
  const settings = model.config.evaluation_config;
  const asking = JSON.stringify([api, model.inferenceParameters, settings?.content_template, settings?.output]);
  return {
    version: 2,
    id: `bedrock:${region}:${modelId}#${createHash('sha256').update(asking).digest('hex').slice(0, 8)}`,
    generate: (prompts, generate) =>
      calls.stream(prompts, (prompt, ticket, signal) => answer(prompt, generate, ticket, signal), generate.signal),
    isGreedy,
    close: () => connection.close(),
  };
}

async function converse(client: BedrockRuntimeClient, model: BedrockModel, rule: SamplingRule): Promise<Api> {
  const { ConverseCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const requestOf = (prompt: Prompt, options: GenerateOptions): ConverseCommandInput =>
    converseRequest(model.bedrock.model_id, prompt, options, model.inferenceParameters, rule);
  return {
    ask: async (prompt, options, signal) =>
      readConverse(await client.send(new ConverseCommand(requestOf(prompt, options)), { abortSignal: signal })),
    isGreedy: (options) => isGreedyRequest(requestOf({ id: '', text: '' }, options)),
  };
}

function readConverse({ output, stopReason, usage }: ConverseCommandOutput): Answer {
  if (stopReason === 'guardrail_intervened' || stopReason === 'content_filtered')
    throw new AssayError('RUNNER_REFUSED', `Bedrock refused the answer: ${stopReason}`);
  const parts = output?.message?.content ?? [];
  if (output?.message === undefined)
    throw new AssayError('AWS_RESPONSE_SHAPE', `Converse gave no message (stop reason ${stopReason})`);
  return {
    // Reasoning and tool parts are no part of the answer.
    text: parts.map((part) => part.text ?? '').join(''),
    finishReason: stopReason === 'max_tokens' ? 'length' : 'stop',
    ...(usage?.inputTokens === undefined ? {} : { promptTokens: usage.inputTokens }),
    ...(usage?.outputTokens === undefined ? {} : { newTokens: usage.outputTokens }),
  };
}

async function invokeModel(client: BedrockRuntimeClient, model: BedrockModel): Promise<Api> {
  const { InvokeModelCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const settings = model.config.evaluation_config;
  const payload = createPayload({
    payload: 'bedrock',
    contentTemplate: settings?.content_template,
    inferenceParameters: model.inferenceParameters,
    output: settings?.output,
    model: model.name,
  });
  const ask: Api['ask'] = async (prompt, _, signal) => {
    const command = new InvokeModelCommand({
      modelId: model.bedrock.model_id,
      contentType: 'application/json',
      accept: 'application/json',
      body: Buffer.from(payload.request(prompt)),
    });
    const { body } = await client.send(command, { abortSignal: signal });
    return readAnswer(Buffer.from(body).toString('utf8'), payload.output);
  };
  return { ask, isGreedy: () => payload.isGreedy };
}
