import { randomUUID } from 'node:crypto';
import type { Clock } from '@assay/core';
import type { ControlPlane } from './control-plane.ts';
import type { InferenceComponents } from './inference-components.ts';
import type { ObjectStore } from './object-store.ts';
import { WireError } from './wire-error.ts';

export interface Invocation {
  readonly endpoint: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface ModelAnswer {
  /** 4xx and 5xx become a ModelError. @default 200 */
  readonly status?: number;
  readonly body: string;
  /** Frames of a streamed answer; by default the body in one. */
  readonly parts?: readonly string[];
  /** Wall time before the answer, in milliseconds. */
  readonly delayMs?: number;
}

/** What stands behind an endpoint. */
export type Model = (invocation: Invocation) => ModelAnswer | Promise<ModelAnswer>;

/** The most that InvokeEndpoint takes, in bytes. */
export const BODY_LIMIT = 6_291_456;

/** Answers as text-generation containers do: `[{"generated_text": "echo: …"}]`. */
export const echoModel: Model = ({ body }) => {
  const { inputs } = JSON.parse(body.toString('utf8')) as { inputs: unknown };
  const text = typeof inputs === 'string' ? inputs : JSON.stringify(inputs);
  return { body: JSON.stringify([{ generated_text: `echo: ${text}` }]) };
};

/** SageMaker's runtime: real-time, streamed and asynchronous invocations. */
export class Runtime {
  readonly #clock: Clock;
  readonly #control: ControlPlane;
  readonly #store: ObjectStore;
  readonly #components: InferenceComponents;
  readonly #asyncMs: number;
  readonly #models = new Map<string, Model>();

  constructor(
    clock: Clock,
    control: ControlPlane,
    store: ObjectStore,
    components: InferenceComponents,
    asyncMs = 5_000,
  ) {
    this.#components = components;
    this.#clock = clock;
    this.#control = control;
    this.#store = store;
    this.#asyncMs = asyncMs;
  }

  /** Puts a model behind an endpoint; the others echo. */
  serve(endpoint: string, model: Model): void {
    this.#models.set(endpoint, model);
  }

  async invoke(invocation: Invocation): Promise<ModelAnswer> {
    this.#requireService(invocation.endpoint);
    if (this.#control.takesComponents(invocation.endpoint)) {
      const component = invocation.headers['x-amzn-sagemaker-inference-component'];
      this.#components.requireCopy(invocation.endpoint, component === undefined ? undefined : String(component));
    }
    if (this.#control.asyncOutputOf(invocation.endpoint) !== undefined)
      throw new WireError(400, 'ValidationError', `Endpoint ${invocation.endpoint} is asynchronous.`);
    return this.#answer(invocation);
  }

  async #answer(invocation: Invocation): Promise<ModelAnswer> {
    if (invocation.body.length > BODY_LIMIT && this.#control.asyncOutputOf(invocation.endpoint) === undefined)
      throw new WireError(
        413,
        'ValidationError',
        `Request ${invocation.body.length} bytes exceeded the limit of ${BODY_LIMIT}`,
      );
    const answer = await (this.#models.get(invocation.endpoint) ?? echoModel)(invocation);
    if (answer.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, answer.delayMs));
    if ((answer.status ?? 200) >= 400) throw modelError(answer.status!, answer.body, invocation.endpoint);
    return answer;
  }

  #requireService(endpoint: string): void {
    if (this.#control.endpointStatus(endpoint) !== 'InService')
      throw new WireError(400, 'ValidationError', `Endpoint ${endpoint} of account 123456789012 not found.`);
  }

  /** The headers of InvokeEndpointAsync; output or failure appears in S3 later. */
  async invokeAsync(invocation: Invocation): Promise<Record<string, string>> {
    this.#requireService(invocation.endpoint);
    const input = String(invocation.headers['x-amzn-sagemaker-inputlocation'] ?? '');
    const id = randomUUID();
    const root = this.#control.asyncOutputOf(invocation.endpoint) ?? 's3://stand-in-async/output';
    const output = `${root}/${id}.out`;
    const failure = `${root}/failed/${id}-error.out`;
    const body = input === '' ? invocation.body : this.#store.get(input);
    if (body === undefined) throw new WireError(400, 'ValidationError', `Could not find ${input}`);
    const visibleAt = this.#clock.now() + this.#asyncMs;
    try {
      const answer = await this.#answer({ ...invocation, body });
      this.#store.put(output, answer.body, { visibleAt });
    } catch (thrown) {
      if (thrown instanceof WireError && thrown.type === 'ValidationError') throw thrown;
      this.#store.put(failure, (thrown as Error).message, { visibleAt });
      this.#store.createBucket('stand-in-async');
    }
    return { 'x-amzn-sagemaker-outputlocation': output, 'x-amzn-sagemaker-failurelocation': failure };
  }
}

export function modelError(originalStatus: number, message: string, endpoint: string): WireError {
  return new WireError(
    424,
    'ModelError',
    `Received server error (${originalStatus}) from primary with message "${message}". See the log of ${endpoint}.`,
    {
      OriginalStatusCode: originalStatus,
      OriginalMessage: message,
      LogStreamArn: 'arn:aws:logs:us-east-1:123456789012:x',
    },
  );
}
