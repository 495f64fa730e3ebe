import { AssayError, type AwsConfig, type Summary, toAssayError } from '@assay/core';
import { awsServices } from '../compose/optional-package.ts';
import type { AwsSelection } from '../settings/run-settings.ts';

/** Sends a run's figures to CloudWatch. @returns what was done, in words @throws AssayError */
export async function publishRun(
  summary: Summary,
  {
    namespace,
    aws,
    selection,
  }: { readonly namespace: string | undefined; readonly aws: AwsConfig | undefined; readonly selection: AwsSelection },
): Promise<string> {
  if (namespace === undefined)
    throw new AssayError('USAGE', 'no CloudWatch namespace is named', {
      hint: 'pass --publish MyTeam/Evaluations, or write aws.cloudwatch_namespace',
    });
  const { AwsConnection, publishScores, resolveAwsSettings } = await awsServices();
  const { region, profile, assumeRole } = selection;
  const connection = new AwsConnection(await resolveAwsSettings({ region, profile, assumeRole, aws }));
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
    selection,
    note,
  }: {
    readonly folder: string;
    readonly aws: AwsConfig | undefined;
    readonly selection: AwsSelection;
    readonly note: (text: string) => void;
  },
): Promise<void> {
  const namespace = aws?.cloudwatch_namespace;
  if (namespace === undefined) return;
  try {
    note(await publishRun(summary, { namespace, aws, selection }));
  } catch (thrown) {
    const { code, message } = toAssayError(thrown, 'AWS_SERVICE');
    note(`not published to CloudWatch: ${code} ${message}; try: assay report ${folder} --publish ${namespace}`);
  }
}
