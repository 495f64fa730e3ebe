import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';

/** How to reach AWS. */
export interface AwsSettings {
  readonly region: string;
  /** Default: the SDK's own chain (environment, SSO, profile, process, web identity, container, instance). */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Sends every service to one URL: for stand-ins and tests. */
  readonly endpoint?: string;
}

/** A container has 60 s to answer; AWS advises a socket timeout of 70 s. */
const REQUEST_TIMEOUT_MS = 70_000;

/** The clients of one region, each made (and its package loaded) at its first use. */
export class AwsConnection {
  readonly region: string;
  readonly #settings: AwsSettings;
  readonly #maxSockets: number;
  readonly #clients = new Map<string, Promise<{ destroy(): void }>>();

  /** @param maxSockets most connections of one client at a time */
  constructor(settings: AwsSettings, maxSockets = 64) {
    this.region = settings.region;
    this.#settings = settings;
    this.#maxSockets = maxSockets;
  }

  runtime(): Promise<SageMakerRuntimeClient> {
    return this.#client('runtime', async (config) => {
      const { SageMakerRuntimeClient } = await import('@aws-sdk/client-sagemaker-runtime');
      return new SageMakerRuntimeClient(config);
    });
  }

  sagemaker(): Promise<SageMakerClient> {
    return this.#client('sagemaker', async (config) => {
      const { SageMakerClient } = await import('@aws-sdk/client-sagemaker');
      return new SageMakerClient(config);
    });
  }

  s3(): Promise<S3Client> {
    return this.#client('s3', async (config) => {
      const { S3Client } = await import('@aws-sdk/client-s3');
      return new S3Client({
        ...config,
        forcePathStyle: this.#settings.endpoint !== undefined,
        // A bucket need not lie where the models are.
        followRegionRedirects: true,
      });
    });
  }

  sts(): Promise<STSClient> {
    return this.#client('sts', async (config) => {
      const { STSClient } = await import('@aws-sdk/client-sts');
      return new STSClient(config);
    });
  }

  /** A further client of the same settings; `name` keeps one of each. */
  client<C extends { destroy(): void }>(name: string, open: (config: ClientConfig) => Promise<C>): Promise<C> {
    return this.#client(name, open);
  }

  /** Another one, of the same identity. */
  inRegion(region: string): AwsConnection {
    return new AwsConnection({ ...this.#settings, region }, this.#maxSockets);
  }

  async close(): Promise<void> {
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    for (const client of clients) await client.then((opened) => opened.destroy()).catch(() => {});
  }

  #client<C extends { destroy(): void }>(name: string, open: (config: ClientConfig) => Promise<C>): Promise<C> {
    let client = this.#clients.get(name) as Promise<C> | undefined;
    if (client === undefined) {
      client = this.#config().then(open);
      this.#clients.set(name, client);
    }
    return client;
  }

  async #config(): Promise<ClientConfig> {
    // The SDK's versions are pinned: its note on Node versions of later ones is nothing to the user.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const { NodeHttpHandler } = await import('@smithy/node-http-handler');
    const { Agent: HttpAgent } = await import('node:http');
    const { Agent: HttpsAgent } = await import('node:https');
    const { credentials, endpoint, region } = this.#settings;
    // As many idle as in use: by default Node closes all but 256 between two calls, to open them again for the next.
    const agent = { keepAlive: true, maxSockets: this.#maxSockets, maxFreeSockets: this.#maxSockets };
    return {
      region,
      // Retries are ours alone (RetryBudget): two layers would multiply, and the SDK's waits are too short for a GPU.
      maxAttempts: 1,
      // HTTP/1.1 for every service, so that Bedrock's client can be pointed at a plain server too.
      requestHandler: new NodeHttpHandler({
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        connectionTimeout: 10_000,
        httpAgent: new HttpAgent(agent),
        httpsAgent: new HttpsAgent(agent),
      }),
      ...(credentials === undefined ? {} : { credentials }),
      ...(endpoint === undefined ? {} : { endpoint }),
    };
  }
}

export interface ClientConfig {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: import('@smithy/node-http-handler').NodeHttpHandler;
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  readonly endpoint?: string;
}
