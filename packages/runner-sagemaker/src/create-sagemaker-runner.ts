import { createHash } from 'node:crypto';
import {
  type Answered,
  AssayError,
  type Clock,
  type Completion,
  type EndpointLimits,
  failedAnswer,
  type LogProbability,
  type LogProbabilityRequest,
  PacedCalls,
  type Prompt,
  type ResolvedModel,
  type RunnerHooks,
  type RunnerWith,
  systemClock,
  Unanswered,
} from '@assay/core';
import { AwsConnection, type AwsSettings } from './aws/aws-connection.ts';
import { awsError, endsTheRun } from './aws/aws-error.ts';
import { endpointState, notServing } from './invoke/endpoint-state.ts';
import type { InvocationTarget, Invoke } from './invoke/invocation-target.ts';
import type { PayloadShape } from './jumpstart/default-payload.ts';
import { customAttributes } from './payload/custom-attributes.ts';
import { createPayload, type Payload } from './payload/payload.ts';
import { readAnswer, readLogProbabilities } from './payload/read-answer.ts';
import { readStreamedAnswer } from './payload/read-stream.ts';

export type SageMakerModel = Extract<ResolvedModel, { runner: 'sagemaker' }>;

export interface SageMakerRunnerOptions extends AwsSettings {
  /** Most requests under way at a time; fewer while the endpoint throttles. @default limits.max_concurrency, else 64 */
  readonly concurrency?: number | undefined;
  /** Where models that one endpoint serves share its limit. @default a limit of its own */
  readonly endpoints?: EndpointLimits | undefined;
  readonly hooks?: RunnerHooks | undefined;
  /** `s3://bucket/prefix` where requests to asynchronous endpoints are put. */
  readonly asyncInputPrefix?: string | undefined;
  /** The inference component that a deployment made on it. */
  readonly inferenceComponent?: string | undefined;
  /** Names the endpoint in place of the config's, where a deployment made one. */
  readonly endpointName?: string | undefined;
  /** How the model is asked by its own document, where the config does not say. */
  readonly payloadShape?: PayloadShape | undefined;
  /** Pins what answers, where a deployment knows better than the endpoint's name. */
  readonly pinnedAs?: string | undefined;
  /** Seeds the jitter of waits between attempts. @default 0 */
  readonly seed?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** The most that InvokeEndpoint takes, in bytes (an asynchronous request goes through S3). */
const BODY_LIMIT = 6_291_456;
const DEFAULT_CONCURRENCY = 64;

/**
 * Calls an endpoint that is there. Failed requests are data; only what no request can survive (credentials,
 * permissions, an endpoint that is gone) is thrown and ends the run, whose journal stays whole.
 * @throws AssayError AWS_ENDPOINT when the endpoint does not exist or is not in service; CONFIG_INVALID; AWS_CREDENTIALS
 */
export async function createSageMakerRunner(
  model: SageMakerModel,
  options: SageMakerRunnerOptions,
): Promise<RunnerWith<'generate' | 'close'>> {
  const { sagemaker, config } = model;
  const mode = sagemaker.mode ?? 'realtime';
  const endpointName = options.endpointName ?? sagemaker.endpoint_name;
  if (endpointName === undefined) {
    throw new AssayError('CONFIG_MISSING_BLOCK', `${model.name} names no endpoint`, {
      hint: 'set endpoint_name, or deploy one with deployment_config',
    });
  }
  if (mode === 'transform') {
    throw new AssayError('CONFIG_INVALID', `${model.name} asks for mode transform, which is no mode of an endpoint`, {
      hint: 'take mode: realtime, stream or async for an endpoint',
    });
  }
  const settings = config.evaluation_config;
  const payload = createPayload({
    payload: sagemaker.payload,
    contentTemplate: settings?.content_template,
    shape: options.payloadShape,
    inferenceParameters: model.inferenceParameters,
    output: settings?.output,
    logProbability: settings?.log_probability,
    model: model.name,
  });
  const target: InvocationTarget = {
    endpointName,
    inferenceComponent: options.inferenceComponent ?? sagemaker.inference_component,
    targetVariant: sagemaker.target_variant,
    customAttributes: customAttributes(settings?.custom_attributes, sagemaker.accept_eula),
  };
  const concurrency = options.concurrency ?? config.limits?.max_concurrency ?? DEFAULT_CONCURRENCY;
  const connection = new AwsConnection(options, concurrency);
  try {
    options.hooks?.onLoad?.({ phase: 'verify', model: model.name });
    const state = await describe(connection, endpointName);
    const problem = notServing(endpointName, options.region, state);
    if (problem !== undefined) throw problem;
    const invoke = await openInvoke(connection, target, mode, options);
    options.hooks?.onLoad?.({ phase: 'ready', model: model.name });
    const id =
      options.pinnedAs ?? `sagemaker:${endpointName}${state?.configName === undefined ? '' : `@${state.configName}`}`;
    return new EndpointRunner({ id, model, options, mode, target, payload, invoke, connection, concurrency });
  } catch (thrown) {
    await connection.close();
    throw thrown;
  }
}

async function describe(
  connection: AwsConnection,
  endpointName: string,
): Promise<Awaited<ReturnType<typeof endpointState>>> {
  try {
    return await endpointState(connection, endpointName);
  } catch (thrown) {
    throw awsError(thrown, { action: 'sagemaker:DescribeEndpoint', resource: endpointName, region: connection.region });
  }
}

async function openInvoke(
  connection: AwsConnection,
  target: InvocationTarget,
  mode: 'realtime' | 'stream' | 'async',
  { asyncInputPrefix, clock = systemClock }: SageMakerRunnerOptions,
): Promise<Invoke> {
  const client = await connection.runtime();
  if (mode === 'realtime') return (await import('./invoke/invoke-realtime.ts')).invokeRealtime(client, target);
  if (mode === 'stream') return (await import('./invoke/invoke-stream.ts')).invokeStream(client, target);
  const { invokeAsync } = await import('./invoke/invoke-async.ts');
  return invokeAsync(client, target, { s3: await connection.s3(), inputPrefix: asyncInputPrefix, clock });
}

interface Parts {
  readonly id: string;
  readonly model: SageMakerModel;
  readonly options: SageMakerRunnerOptions;
  readonly mode: 'realtime' | 'stream' | 'async';
  readonly target: InvocationTarget;
  readonly payload: Payload;
  readonly invoke: Invoke;
  readonly connection: AwsConnection;
  readonly concurrency: number;
}

class EndpointRunner implements RunnerWith<'generate'> {
  readonly version = 2;
  readonly id: string;
  readonly hints = {
    logProbabilities: 'set evaluation_config.log_probability, the JMESPath of the token log-probabilities',
  };
  readonly logProbabilities?: RunnerWith<'logProbabilities'>['logProbabilities'];
  readonly #parts: Parts;
  readonly #calls: PacedCalls;

  constructor(parts: Parts) {
    const { payload, target, model, options } = parts;
    const described = JSON.stringify([
      payload.description,
      parts.mode,
      target.inferenceComponent,
      target.targetVariant,
      target.customAttributes,
    ]);
    this.id = `${parts.id}#${createHash('sha256').update(described).digest('hex').slice(0, 8)}`;
    this.#parts = parts;
    const endpoint = `${parts.connection.region}/${target.endpointName}/${target.inferenceComponent ?? ''}`;
    this.#calls = new PacedCalls({
      concurrency: options.endpoints?.join(endpoint, parts.concurrency) ?? parts.concurrency,
      limits: model.config.limits,
      clock: options.clock,
      seed: options.seed,
      isFatal: endsTheRun,
    });
    if (payload.logProbability !== undefined)
      this.logProbabilities = (requests, { signal }) =>
        this.#calls.stream(requests, (request, ticket, stop) => this.#score(request, ticket, stop), signal);
  }

  generate: RunnerWith<'generate'>['generate'] = (prompts, { signal }) =>
    this.#calls.stream(prompts, (prompt, ticket, stop) => this.#complete(prompt, ticket, stop), signal);

  isGreedy = (): boolean => this.#parts.payload.isGreedy;

  close(): Promise<void> {
    return this.#parts.connection.close();
  }

  async #complete(prompt: Prompt, ticket: number, signal: AbortSignal): Promise<Completion> {
    const { payload, mode, options } = this.#parts;
    const asked = await this.#ask(prompt.id, payload.request(prompt), ticket, signal);
    if (asked instanceof Unanswered) return failedAnswer(prompt.id, asked.error, asked.attempts);
    try {
      const read = mode === 'stream' ? readStreamedAnswer : readAnswer;
      const answer = read(asked.value, payload.output);
      const { newTokens = 0, promptTokens = 0 } = answer;
      if (newTokens > 0) options.hooks?.onTokens?.({ newTokens, promptTokens });
      return { id: prompt.id, ok: true, ...answer, elapsedMs: asked.elapsedMs, attempts: asked.attempts };
    } catch (thrown) {
      return failedAnswer(prompt.id, awsError(thrown, this.#tried()), asked.attempts);
    }
  }

  /** The sum over the whole text less the sum over the prompt alone: an endpoint scores only what it is given. */
  async #score(
    { id, prompt, continuation }: LogProbabilityRequest,
    ticket: number,
    signal: AbortSignal,
  ): Promise<LogProbability> {
    const whole = await this.#sumOf(id, prompt + continuation, ticket, signal);
    if (whole instanceof Unanswered) return failedAnswer(id, whole.error, whole.attempts);
    const given = prompt === '' ? undefined : await this.#sumOf(id, prompt, ticket, signal);
    if (given instanceof Unanswered) return failedAnswer(id, given.error, whole.attempts + given.attempts);
    const tokens = given === undefined ? whole.values : whole.values.slice(given.values.length);
    const logProbability = sum(whole.values) - sum(given?.values ?? []);
    return {
      id,
      ok: true,
      logProbability,
      tokenCount: tokens.length,
      byteCount: Buffer.byteLength(continuation),
      isGreedy: false,
      tokenLogProbabilities: tokens,
      elapsedMs: whole.elapsedMs + (given?.elapsedMs ?? 0),
    };
  }

  async #sumOf(
    id: string,
    text: string,
    ticket: number,
    signal: AbortSignal,
  ): Promise<(Answered<string> & { readonly values: number[] }) | Unanswered> {
    const { payload } = this.#parts;
    const asked = await this.#ask(id, payload.scoringRequest(text), ticket, signal);
    if (asked instanceof Unanswered) return asked;
    try {
      return { ...asked, values: readLogProbabilities(asked.value, payload.logProbability!) };
    } catch (thrown) {
      return new Unanswered(awsError(thrown, this.#tried()), asked.attempts);
    }
  }

  /** @throws AssayError what ends the run */
  async #ask(id: string, request: string, ticket: number, signal: AbortSignal): Promise<Answered<string> | Unanswered> {
    const { mode, invoke } = this.#parts;
    const bytes = Buffer.byteLength(request);
    if (mode !== 'async' && bytes > BODY_LIMIT) {
      const message = `the request has ${bytes} bytes; an endpoint takes ${BODY_LIMIT}`;
      return new Unanswered(
        new AssayError('AWS_PAYLOAD_TOO_LARGE', message, {
          hint: 'Shorten the prompt, or take mode: async with aws.bucket.',
        }),
        0,
      );
    }
    const call = async (stop: AbortSignal): Promise<string> => {
      try {
        return await invoke(request, stop);
      } catch (thrown) {
        throw stop.aborted ? thrown : awsError(thrown, this.#tried());
      }
    };
    try {
      return await this.#calls.call(id, ticket, signal, call);
    } catch (thrown) {
      throw thrown instanceof AssayError ? await this.#explained(thrown) : thrown;
    }
  }

  /** "Endpoint not found" hides why: it may be creating, failed or gone. */
  async #explained(error: AssayError): Promise<AssayError> {
    if (error.code !== 'AWS_ENDPOINT') return error;
    const { connection, target } = this.#parts;
    const state = await endpointState(connection, target.endpointName).catch(() => ({ status: 'unknown' }));
    return notServing(target.endpointName, connection.region, state) ?? error;
  }

  #tried(): { action: string; resource: string; region: string } {
    const { mode, target, connection } = this.#parts;
    const action = mode === 'async' ? 'sagemaker:InvokeEndpointAsync' : 'sagemaker:InvokeEndpoint';
    return { action, resource: `endpoint/${target.endpointName}`, region: connection.region };
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
