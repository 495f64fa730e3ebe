import { AssayError, type AwsSelection, awsServices } from 'assay/internal';
import type { MlflowServer } from 'assay/internal/report';

export interface OpenServer {
  readonly server: MlflowServer;
  close(): Promise<void>;
}

/**
 * The tracking server to send to: one by its address, or SageMaker's managed MLflow by its ARN, whose requests are signed
 * with the AWS identity. @throws AssayError USAGE or AWS_CREDENTIALS
 */
export async function openMlflowServer(
  to: string | undefined,
  env: NodeJS.ProcessEnv,
  { region, profile }: AwsSelection,
): Promise<OpenServer> {
  const address = to ?? env.MLFLOW_TRACKING_URI;
  if (address?.startsWith('arn:') !== true) return { server: mlflowServer(to, env), close: async () => {} };
  const { mlflowRegion, openManagedMlflow, resolveAwsSettings } = await awsServices();
  const settings = await resolveAwsSettings({
    ...{ region: region ?? mlflowRegion(address), profile },
    assumeRole: env.SAGEMAKER_MLFLOW_ASSUME_ROLE_ARN || undefined,
  });
  const mlflow = openManagedMlflow(address, { settings, url: env.SAGEMAKER_MLFLOW_CUSTOM_ENDPOINT || undefined });
  return { server: { ...mlflow, shownAs: address }, close: () => mlflow.close() };
}

/**
 * The tracking server and how to sign in there. Credentials come from the environment alone, by the names that MLflow's
 * own client takes: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.
 * @throws AssayError USAGE
 */
export function mlflowServer(
  to: string | undefined,
  env: NodeJS.ProcessEnv,
): { readonly url: string; readonly authorization?: string } {
  const address = to ?? env.MLFLOW_TRACKING_URI;
  if (address === undefined || address === '') {
    throw new AssayError('USAGE', '--format mlflow needs a server', {
      hint: 'Add --to URL, or set MLFLOW_TRACKING_URI.',
    });
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new AssayError('USAGE', `${JSON.stringify(address)} is no address of an MLflow server`, {
      hint: 'Write it as https://mlflow.example.com; a folder or a database has no server to send to.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new AssayError('USAGE', 'the address of the MLflow server holds a password, which command lines give away', {
      hint: 'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD instead.',
    });
  }
  const authorization = authorizationFrom(env);
  return { url: url.href, ...(authorization === undefined ? {} : { authorization }) };
}

function authorizationFrom(env: NodeJS.ProcessEnv): string | undefined {
  const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: name, MLFLOW_TRACKING_PASSWORD: password } = env;
  if (name !== undefined && name !== '') return `Basic ${Buffer.from(`${name}:${password ?? ''}`).toString('base64')}`;
  return token === undefined || token === '' ? undefined : `Bearer ${token}`;
}
