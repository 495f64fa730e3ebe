import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Clock, RetryBudget, systemClock } from '@assay/core';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { AwsConnection } from './aws-connection.ts';
import { awsError, isNotFound } from './aws-error.ts';

export interface PutOptions {
  readonly contentType?: string | undefined;
  /** In bytes; a stream needs it. */
  readonly length?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Objects of one bucket, with the retries that S3 needs: throttling, faults, broken connections. */
export class S3Bucket {
  readonly name: string;
  readonly #connection: AwsConnection;
  readonly #retries: RetryBudget;

  constructor(connection: AwsConnection, name: string, clock: Clock = systemClock) {
    this.name = name;
    this.#connection = connection;
    this.#retries = new RetryBudget({
      clock,
      maxAttempts: 6,
      baseMs: 500,
      capMs: 10_000,
      breakAfter: Number.POSITIVE_INFINITY,
    });
  }

  uri(key: string): string {
    return `s3://${this.name}/${key}`;
  }

  /** @param body makes the content; called again for each attempt. @throws AssayError */
  async put(
    key: string,
    body: () => NonNullable<PutObjectCommandInput['Body']>,
    options: PutOptions = {},
  ): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.#connection.s3();
    const { contentType, length, signal } = options;
    const input = {
      Bucket: this.name,
      Key: key,
      ...(contentType === undefined ? {} : { ContentType: contentType }),
      ...(length === undefined ? {} : { ContentLength: length }),
    };
    await this.#run(
      's3:PutObject',
      key,
      (abortSignal) => client.send(new PutObjectCommand({ ...input, Body: body() }), { abortSignal }),
      signal,
    );
  }

  /** Undefined where there is no such object. @throws AssayError */
  get(key: string, signal?: AbortSignal): Promise<string | undefined> {
    return this.#read(key, (body) => body.transformToString('utf-8'), signal);
  }

  /** Writes an object to a file, which appears only when it is whole. @returns false where there is no such object. @throws AssayError */
  async download(key: string, file: string, signal?: AbortSignal): Promise<boolean> {
    const write = async (body: AsyncIterable<Uint8Array>): Promise<true> => {
      await mkdir(dirname(file), { recursive: true });
      await pipeline(Readable.from(body), createWriteStream(`${file}.part`));
      await rename(`${file}.part`, file);
      return true;
    };
    return (await this.#read(key, (body) => write(body as unknown as AsyncIterable<Uint8Array>), signal)) ?? false;
  }

  /** Keys below a prefix, over all pages. @throws AssayError */
  async list(prefix: string, signal?: AbortSignal): Promise<string[]> {
    return (await this.objects(prefix, signal)).map(({ key }) => key);
  }

  /** The same with their sizes. @throws AssayError */
  async objects(prefix: string, signal?: AbortSignal): Promise<{ readonly key: string; readonly bytes: number }[]> {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const client = await this.#connection.s3();
    const found: { key: string; bytes: number }[] = [];
    let token: string | undefined;
    do {
      const input = {
        Bucket: this.name,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      };
      const page = await this.#run(
        's3:ListBucket',
        prefix,
        (abortSignal) => client.send(new ListObjectsV2Command(input), { abortSignal }),
        signal,
      );
      for (const { Key: key, Size: bytes = 0 } of page.Contents ?? [])
        if (key !== undefined) found.push({ key, bytes });
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  async #read<T>(
    key: string,
    take: (body: { transformToString(encoding: string): Promise<string> }) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T | undefined> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.#connection.s3();
    return this.#run(
      's3:GetObject',
      key,
      async (abortSignal) => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: this.name, Key: key }), { abortSignal });
          return Body === undefined ? undefined : await take(Body);
        } catch (thrown) {
          if (isNotFound(thrown) && (thrown as Error).name !== 'NoSuchBucket') return undefined;
          throw thrown;
        }
      },
      signal,
    );
  }

  async #run<T>(
    action: string,
    key: string,
    make: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const tried = { action, resource: `arn:aws:s3:::${this.name}/${key}`, region: this.#connection.region };
    const result = await this.#retries.run(
      `${action}/${key}`,
      async (_, stop) => {
        try {
          return await make(stop);
        } catch (thrown) {
          throw stop.aborted ? thrown : awsError(thrown, tried);
        }
      },
      signal,
    );
    if (!result.ok) throw result.error;
    return result.value;
  }
}
