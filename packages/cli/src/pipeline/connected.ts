import { type AwsConfig, type AwsConnection, type AwsSelection, awsServices } from 'assay/internal';
import { awsSelection } from '../flags/aws-selection.ts';

/** Does some work on AWS, by the flags and the config, and lets go of the connection. */
export async function connected(
  flags: AwsSelection,
  aws: AwsConfig | undefined,
  work: (connection: AwsConnection) => Promise<number>,
): Promise<number> {
  const { AwsConnection: Connection, resolveAwsSettings } = await awsServices();
  const connection = new Connection(await resolveAwsSettings({ ...awsSelection(flags), aws }));
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
