import { createHash } from 'node:crypto';
import { type AssayError, type Clock, RetryBudget } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { awsError, isNotFound } from '../aws/aws-error.ts';

/** One question of a batch, as its line. */
export interface TransformLine {
  readonly id: string;
  /** The request's JSON text, on one line. */
  readonly body: string;
}

/** Lines that travel in one object: what one bad record spoils, since a job writes no output for its object then. */
export interface TransformPart {
  /** `part-00000.jsonl` */
  readonly name: string;
  readonly lines: readonly TransformLine[];
}

/** Lines of one object. Small, so that a bad record takes few others with it, and several instances share the work. */
const LINES_PER_PART = 200;

/** Cuts a batch into objects, its lines in the order of their ids: a resumed run then makes the same ones again. */
export function transformParts(batch: readonly TransformLine[]): {
  readonly parts: TransformPart[];
  readonly digest: string;
} {
  const sorted = [...batch].sort((a, b) => (a.id < b.id ? -1 : 1));
  const digest = createHash('sha256');
  for (const { id, body } of sorted) digest.update(`${JSON.stringify(id)} ${body}\n`);
  const parts = Array.from({ length: Math.ceil(sorted.length / LINES_PER_PART) }, (_, i) => ({
    name: `part-${String(i).padStart(5, '0')}.jsonl`,
    lines: sorted.slice(i * LINES_PER_PART, (i + 1) * LINES_PER_PART),
  }));
  return { parts, digest: digest.digest('hex').slice(0, 16) };
}

/** Objects of one bucket, with the retries that S3 needs. */
export class TransformStore {
  readonly #connection: AwsConnection;
  readonly #bucket: string;
  readonly #retries: RetryBudget;

  constructor(connection: AwsConnection, bucket: string, clock: Clock) {
    this.#connection = connection;
    this.#bucket = bucket;
    this.#retries = new RetryBudget({
      clock,
      maxAttempts: 6,
      baseMs: 500,
      capMs: 10_000,
      breakAfter: Number.POSITIVE_INFINITY,
    });
  }

  uri(key: string): string {
    return `s3://${this.#bucket}/${key}`;
  }

  /** @throws AssayError */
  async put(key: string, body: string, signal?: AbortSignal): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.#connection.s3();
    const input = { Bucket: this.#bucket, Key: key, Body: body, ContentType: 'application/jsonlines' };
    await this.#run(
      's3:PutObject',
      key,
      (abortSignal) => client.send(new PutObjectCommand(input), { abortSignal }),
      signal,
    );
  }

  /** Undefined where there is no such object. @throws AssayError */
  async get(key: string, signal?: AbortSignal): Promise<string | undefined> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.#connection.s3();
    return this.#run(
      's3:GetObject',
      key,
      async (abortSignal) => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }), { abortSignal });
          return await Body?.transformToString('utf-8');
        } catch (thrown) {
          if (isNotFound(thrown) && (thrown as Error).name !== 'NoSuchBucket') return undefined;
          throw thrown;
        }
      },
      signal,
    );
  }

  /** Keys below a prefix, by their last part. @throws AssayError */
  async list(prefix: string, signal?: AbortSignal): Promise<Map<string, string>> {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const client = await this.#connection.s3();
    const found = new Map<string, string>();
    let token: string | undefined;
    do {
      const input = {
        Bucket: this.#bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      };
      const page = await this.#run(
        's3:ListBucket',
        prefix,
        (abortSignal) => client.send(new ListObjectsV2Command(input), { abortSignal }),
        signal,
      );
      for (const { Key = '' } of page.Contents ?? []) found.set(Key.slice(Key.lastIndexOf('/') + 1), Key);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  async #run<T>(
    action: string,
    key: string,
    make: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const tried = { action, resource: `arn:aws:s3:::${this.#bucket}/${key}`, region: this.#connection.region };
    const result = await this.#retries.run(
      `${action}/${key}`,
      async (_, stop) => {
        try {
          return await make(stop);
        } catch (thrown) {
          throw stop.aborted ? thrown : (awsError(thrown, tried) as AssayError);
        }
      },
      signal,
    );
    if (!result.ok) throw result.error;
    return result.value;
  }
}

/** The lines of an output object; a line break at its end begins no further line. */
export function outputLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
