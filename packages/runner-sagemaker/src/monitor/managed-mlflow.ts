import { AssayError } from '@assay/core';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsConnection, type AwsSettings } from '../aws/aws-connection.ts';
import { awsError } from '../aws/aws-error.ts';
import { parseS3Uri } from '../aws/s3-uri.ts';

/** How each kind of managed MLflow is reached. */
const KINDS = {
  'mlflow-tracking-server': {
    service: 'sagemaker-mlflow',
    header: 'x-mlflow-sm-tracking-server-arn',
    host: (region: string) => `${region}.experiments.sagemaker.aws`,
  },
  'mlflow-app': {
    service: 'sagemaker',
    header: 'x-sm-mlflow-app-arn',
    host: (region: string) => `mlflow.sagemaker.${region}.app.aws`,
  },
} as const;

const ARN = /^arn:aws(?:-us-gov)?:sagemaker:([a-z0-9-]+):\d{12}:(mlflow-tracking-server|mlflow-app)\/[\w.-]+$/;

export interface MlflowRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** A tracking server of SageMaker, as somebody who may sign requests sees it. */
export interface ManagedMlflow {
  readonly url: string;
  /** All headers to send. @throws AssayError AWS_CREDENTIALS */
  sign(request: MlflowRequest): Promise<Record<string, string>>;
  /** Stores a file where the server keeps those of a run. @throws AssayError */
  putObject(uri: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface ManagedMlflowOptions {
  readonly settings: AwsSettings;
  /** In place of AWS's own address, as the plugin's SAGEMAKER_MLFLOW_CUSTOM_ENDPOINT. */
  readonly url?: string | undefined;
  readonly now?: (() => number) | undefined;
}

/** @throws AssayError USAGE for what is no ARN of a tracking server or an MLflow app */
export function mlflowRegion(arn: string): string {
  const region = ARN.exec(arn)?.[1];
  if (region !== undefined) return region;
  throw new AssayError('USAGE', `${JSON.stringify(arn)} is no ARN of a managed MLflow`, {
    hint: 'Write it as arn:aws:sagemaker:REGION:ACCOUNT:mlflow-tracking-server/NAME, or …:mlflow-app/ID.',
  });
}

/**
 * Signs requests to managed MLflow as AWS's plugin `sagemaker-mlflow` does: signature 4 over all headers and the body's
 * digest, with the ARN as a header of its own. @throws AssayError USAGE
 */
export function openManagedMlflow(arn: string, { settings, url, now = Date.now }: ManagedMlflowOptions): ManagedMlflow {
  const region = mlflowRegion(arn);
  const { service, header, host } = KINDS[ARN.exec(arn)![2] as keyof typeof KINDS];
  const connection = new AwsConnection({ ...settings, region });
  return {
    url: url ?? `https://${host(region)}`,
    sign: async ({ method, url: address, headers, body }) => {
      const { config } = await connection.sts();
      const signer = new SignatureV4({ service, region, credentials: config.credentials, sha256: config.sha256 });
      const { hostname, host: name, port, pathname, protocol, searchParams } = new URL(address);
      const own = { ...headers, [header]: arn };
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const request = new HttpRequest({
        ...{ method, protocol, hostname, path: pathname, body, query: Object.fromEntries(searchParams) },
        ...(port === '' ? {} : { port: Number(port) }),
        headers: { ...own, ...length, host: name },
      });
      const tried = { action: `${service}:*`, resource: arn, region };
      const signed = await signer.sign(request, { signingDate: new Date(now()) }).catch((thrown: unknown) => {
        throw awsError(thrown, tried);
      });
      // These two are the sender's own to write.
      const { 'content-length': _, host: __, ...sent } = signed.headers;
      return sent;
    },
    putObject: async (uri, bytes) => {
      const { bucket, key } = parseS3Uri(uri);
      const { S3Bucket } = await import('../aws/s3-bucket.ts');
      await new S3Bucket(connection, bucket).put(key, () => bytes);
    },
    close: () => connection.close(),
  };
}
