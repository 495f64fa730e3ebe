import { AssayError, type Clock, RetryBudget } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { awsError } from '../aws/aws-error.ts';

/** Calls to SageMaker's control plane, and to those of its neighbours, with the retries that it needs: throttling, faults, broken connections. */
export class ControlCalls {
  readonly connection: AwsConnection;
  readonly #retries: RetryBudget;

  constructor(connection: AwsConnection, clock: Clock) {
    this.connection = connection;
    this.#retries = new RetryBudget({
      clock,
      maxAttempts: 6,
      baseMs: 1_000,
      capMs: 10_000,
      breakAfter: Number.POSITIVE_INFINITY,
    });
  }

  /**
   * @param name the operation, such as `CreateModel`
   * @param recover decides about an error before it is mapped: return a value to take in place of the answer, or
   * `'again'` for what will pass (eventual consistency), or undefined to go on
   * @throws AssayError
   */
  async call<T>(
    name: string,
    resource: string,
    make: (signal: AbortSignal) => Promise<T>,
    options: {
      readonly signal?: AbortSignal | undefined;
      /** As IAM names it. @default sagemaker */
      readonly service?: string | undefined;
      readonly recover?: (thrown: unknown) => Promise<{ value: T } | 'again' | undefined>;
    } = {},
  ): Promise<T> {
    const tried = { action: `${options.service ?? 'sagemaker'}:${name}`, resource, region: this.connection.region };
    const result = await this.#retries.run(
      `${name}/${resource}`,
      async (_, stop) => {
        try {
          return await make(stop);
        } catch (thrown) {
          if (stop.aborted) throw thrown;
          const recovered = await options.recover?.(thrown);
          if (recovered === 'again')
            throw new AssayError('AWS_SERVICE', `${name}: ${(thrown as Error).message}`, { cause: thrown });
          if (recovered !== undefined) return recovered.value;
          throw awsError(thrown, tried);
        }
      },
      options.signal,
    );
    if (!result.ok) throw result.error;
    return result.value;
  }
}
