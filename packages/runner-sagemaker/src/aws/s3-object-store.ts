import type { AssayError, GetObjectOptions, ObjectStore, StoredObject } from '@assay/core';
import type { S3Client } from '@aws-sdk/client-s3';
import { AwsConnection, type AwsSettings } from './aws-connection.ts';
import { awsError } from './aws-error.ts';
import { type AwsOptions, resolveAwsSettings } from './aws-settings.ts';

/** Where a bucket is asked for first when no region is set: its answer names the bucket's own. */
const ANY_REGION = 'us-east-1';
/** The SDK's own tries: nobody budgets these calls, as those to a model are. */
const MAX_ATTEMPTS = 5;

/** S3 with the credentials of the SDK's chain, or of the profile that is named. AWS_ENDPOINT_URL_S3 wins for it. */
export async function openS3ObjectStore(options: AwsOptions = {}): Promise<ObjectStore> {
  const env = options.env ?? process.env;
  const settings = await resolveAwsSettings({ ...options, fallbackRegion: ANY_REGION });
  const endpoint = env.AWS_ENDPOINT_URL_S3 || settings.endpoint;
  return new S3ObjectStore({ ...settings, ...(endpoint === undefined ? {} : { endpoint }) });
}

/** Reads buckets of any region. */
export class S3ObjectStore implements ObjectStore {
  readonly #connection: AwsConnection;

  constructor(settings: AwsSettings) {
    this.#connection = new AwsConnection(settings);
  }

  async *list(Bucket: string, Prefix: string, abortSignal?: AbortSignal): AsyncGenerator<StoredObject> {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const client = await this.#client();
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
      const page = await client.send(command, sending(abortSignal)).catch((thrown: unknown) => {
        throw this.#error(thrown, 's3:ListBucket', Bucket);
      });
      for (const { Key: key, Size: sizeBytes = 0, ETag: etag = '' } of page.Contents ?? []) {
        // How it is encrypted, and so whether the ETag is a digest, a listing does not tell.
        if (key !== undefined && !key.endsWith('/')) yield { key, sizeBytes, etag };
      }
      ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
  }

  async head(Bucket: string, Key: string, abortSignal?: AbortSignal): Promise<StoredObject | undefined> {
    const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.#client();
    try {
      const head = await client.send(new HeadObjectCommand({ Bucket, Key }), sending(abortSignal));
      const { ETag: etag = '', ContentLength: sizeBytes = 0, ServerSideEncryption, SSECustomerAlgorithm } = head;
      const isKeyed = ServerSideEncryption?.startsWith('aws:') === true || SSECustomerAlgorithm !== undefined;
      const md5 = isKeyed ? undefined : /^"([0-9a-f]{32})"$/.exec(etag)?.[1];
      return { key: Key, sizeBytes, etag, md5 };
    } catch (thrown) {
      if (statusOf(thrown) === 404) return undefined;
      throw await this.#reasonOf(thrown, Bucket, Key, abortSignal);
    }
  }

  /** A HEAD is refused without a body that could say why: the first byte is asked for to hear it. */
  async #reasonOf(thrown: unknown, Bucket: string, Key: string, abortSignal?: AbortSignal): Promise<AssayError> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const command = new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-0' });
    const said =
      statusOf(thrown) === undefined
        ? thrown
        : await (await this.#client()).send(command, sending(abortSignal)).then(
            () => thrown,
            (reason: unknown) => reason,
          );
    return this.#error(said, 's3:GetObject', `${Bucket}/${Key}`);
  }

  async get(Bucket: string, Key: string, { etag, range, signal }: GetObjectOptions): Promise<Response> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.#client();
    try {
      const command = new GetObjectCommand({
        Bucket,
        Key,
        IfMatch: etag,
        ...(range === undefined ? {} : { Range: range }),
      });
      const { Body, ETag = etag, ContentRange, ContentLength, $metadata } = await client.send(command, sending(signal));
      return new Response(Body?.transformToWebStream() ?? null, {
        status: $metadata.httpStatusCode ?? 200,
        headers: {
          etag: ETag,
          ...(ContentLength === undefined ? {} : { 'content-length': String(ContentLength) }),
          ...(ContentRange === undefined ? {} : { 'content-range': ContentRange }),
        },
      });
    } catch (thrown) {
      const status = statusOf(thrown);
      if (status === 412 || status === 416) return new Response(null, { status });
      throw this.#error(thrown, 's3:GetObject', `${Bucket}/${Key}`);
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #client(): Promise<S3Client> {
    return this.#connection.client('s3-data', async (config) => {
      const { S3Client: Client } = await import('@aws-sdk/client-s3');
      const forcePathStyle = config.endpoint !== undefined;
      return new Client({ ...config, forcePathStyle, maxAttempts: MAX_ATTEMPTS, followRegionRedirects: true });
    });
  }

  #error(thrown: unknown, action: string, resource: string): AssayError {
    const { region } = this.#connection;
    return awsError(thrown, { action, resource: `arn:aws:s3:::${resource}`, region });
  }
}

const sending = (abortSignal: AbortSignal | undefined) => (abortSignal === undefined ? {} : { abortSignal });

const statusOf = (thrown: unknown): number | undefined =>
  (thrown as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
