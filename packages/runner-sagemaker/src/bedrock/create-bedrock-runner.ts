import {
  type AssayError,
  type Clock,
  type Completion,
  failedAnswer,
  type GenerateOptions,
  PacedCalls,
  type Prompt,
  type RunnerHooks,
  type RunnerWith,
  Unanswered,
} from '@assay/core';
import type { BedrockRuntimeClient, ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { AwsConnection, type AwsSettings } from '../aws/aws-connection.ts';
import { awsError, endsTheRun } from '../aws/aws-error.ts';
import { type Answer, parseAnswer } from '../payload/read-answer.ts';
import { type BedrockModel, type BedrockProtocol, bedrockProtocol } from './bedrock-protocol.ts';

export interface BedrockRunnerOptions extends AwsSettings {
  /** Most requests under way at a time; fewer while Bedrock throttles. @default limits.max_concurrency, else 16 */
  readonly concurrency?: number | undefined;
  readonly hooks?: RunnerHooks | undefined;
  readonly clock?: Clock | undefined;
  /** Seeds the jitter of waits between attempts. @default 0 */
  readonly seed?: number | undefined;
}

/** A model on Amazon Bedrock, by Converse or by InvokeModel with the config's content_template. @throws AssayError CONFIG_INVALID */
export async function createBedrockRunner(
  model: BedrockModel,
  options: BedrockRunnerOptions,
): Promise<RunnerWith<'generate' | 'close'>> {
  const { model_id: modelId } = model.bedrock;
  const limits = model.config.limits;
  const concurrency = options.concurrency ?? limits?.max_concurrency ?? 16;
  const { region } = options;
  const protocol = bedrockProtocol(model, region);
  const connection = new AwsConnection({ ...options, region }, concurrency);
  const tried = { action: 'bedrock:InvokeModel', resource: `model/${modelId}`, region };
  const client = await connection.client('bedrock', async (config) => {
    const { BedrockRuntimeClient: Client } = await import('@aws-sdk/client-bedrock-runtime');
    return new Client(config);
  });
  const ask = await askBy(client, model, protocol);
  const calls = new PacedCalls({ concurrency, limits, clock: options.clock, seed: options.seed, isFatal });
  const answer = async (
    prompt: Prompt,
    generate: GenerateOptions,
    ticket: number,
    signal: AbortSignal,
  ): Promise<Completion> => {
    const result = await calls.call(prompt.id, ticket, signal, async (stop) => {
      try {
        return await ask(protocol.request(prompt, generate), stop);
      } catch (thrown) {
        throw stop.aborted ? thrown : awsError(thrown, tried);
      }
    });
    if (result instanceof Unanswered) return failedAnswer(prompt.id, result.error, result.attempts);
    const { newTokens = 0, promptTokens = 0 } = result.value;
    if (newTokens > 0) options.hooks?.onTokens?.({ newTokens, promptTokens });
    return { id: prompt.id, ok: true, ...result.value, elapsedMs: result.elapsedMs, attempts: result.attempts };
  };
  return {
    version: 2,
    id: `bedrock:${region}:${modelId}#${protocol.digest}`,
    generate: (prompts, generate) =>
      calls.stream(prompts, (prompt, ticket, signal) => answer(prompt, generate, ticket, signal), generate.signal),
    isGreedy: (generate) => protocol.isGreedy(generate),
    close: () => connection.close(),
  };
}

/** What no call can succeed after, or would be refused of every one. */
const isFatal = (error: AssayError): boolean => endsTheRun(error) || error.code === 'CONFIG_INVALID';

type Ask = (request: string, signal: AbortSignal) => Promise<Answer>;

async function askBy(
  client: BedrockRuntimeClient,
  { bedrock: { model_id: modelId, guardrail } }: BedrockModel,
  protocol: BedrockProtocol,
): Promise<Ask> {
  const { ConverseCommand, InvokeModelCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const guarded =
    guardrail === undefined ? {} : { guardrailIdentifier: guardrail.id, guardrailVersion: guardrail.version };
  if (protocol.api === 'converse')
    return async (request, abortSignal) => {
      const body = JSON.parse(request) as Omit<ConverseCommandInput, 'modelId'>;
      const more = guardrail === undefined ? {} : { guardrailConfig: guarded };
      return protocol.read(await client.send(new ConverseCommand({ modelId, ...body, ...more }), { abortSignal }));
    };
  return async (request, abortSignal) => {
    const json = 'application/json';
    const input = { modelId, contentType: json, accept: json, body: Buffer.from(request), ...guarded };
    const { body } = await client.send(new InvokeModelCommand(input), { abortSignal });
    return protocol.read(parseAnswer(Buffer.from(body).toString('utf8')));
  };
}
