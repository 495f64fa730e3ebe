import { AssayError, type AwsConfig, type Summary, toAssayError } from '@assay/core';
import { type ConnectionFlags, connectionFlags } from './connection-flags.ts';

export type PublishFlags = ConnectionFlags;

/** Sends a run's figures to CloudWatch. @returns what was done, in words @throws AssayError */
export async function publishRun(
  summary: Summary,
  {
    namespace,
    aws,
    flags,
  }: { readonly namespace: string | undefined; readonly aws: AwsConfig | undefined; readonly flags: PublishFlags },
): Promise<string> {
  if (namespace === undefined)
    throw new AssayError('USAGE', 'no CloudWatch namespace is named', {
      hint: 'pass --publish MyTeam/Evaluations, or write aws.cloudwatch_namespace',
    });
  const { AwsConnection, publishScores, resolveAwsSettings } = await import('@assay/runner-sagemaker');
  const connection = new AwsConnection(await resolveAwsSettings({ ...connectionFlags(flags), aws }));
  try {
    const count = await publishScores(connection, summary, { namespace });
    return `published ${count} metrics to CloudWatch under ${namespace}`;
  } finally {
    await connection.close();
  }
}

/** The same after a run whose config asks for it: the run is done and saved, whatever becomes of this. */
export async function publishIfAsked(
  summary: Summary,
  {
    folder,
    aws,
    flags,
    note,
  }: {
    readonly folder: string;
    readonly aws: AwsConfig | undefined;
    readonly flags: PublishFlags;
    readonly note: (text: string) => void;
  },
): Promise<void> {
  const namespace = aws?.cloudwatch_namespace;
  if (namespace === undefined) return;
  try {
    note(await publishRun(summary, { namespace, aws, flags }));
  } catch (thrown) {
    const { code, message } = toAssayError(thrown, 'AWS_SERVICE');
    note(`not published to CloudWatch: ${code} ${message}; try: assay report ${folder} --publish ${namespace}`);
  }
}
