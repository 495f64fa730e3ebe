import { existsSync } from 'node:fs';
import { type AwsConfig, toAssayError } from '@assay/core';
import type { AwsSelection } from '../settings/run-settings.ts';
import { awsServices } from './optional-package.ts';

/** Name of the list that a run keeps of what it creates on AWS; LEDGER_FILE of the package that is loaded only where there is one. */
const LEDGER = 'aws-resources.jsonl';

/**
 * At the end of a run: deletes what its ledger says still stands, such as the endpoint of a process that was killed and
 * whose model had nothing left to be asked. Never throws.
 */
export async function settleResources(
  run: string,
  aws: AwsConfig | undefined,
  selection: AwsSelection,
  note: (text: string) => void,
): Promise<void> {
  const file = `${run}/${LEDGER}`;
  if (run === '' || !existsSync(file)) return;
  try {
    const { deleteRecorded, resolveAwsSettings } = await awsServices();
    await deleteRecorded(file, {
      settings: await resolveAwsSettings({ ...selection, aws }),
      hooks: {
        onDeleted: ({ kind, name }) => note(`deleted ${kind} ${name}`),
        onLeft: ({ kind, name, error }) =>
          note(`could not delete ${kind} ${name}: ${error.message}; \`assay pipeline sweep\` will`),
      },
    });
  } catch (thrown) {
    note(`what the run left on AWS stands in ${file}: ${toAssayError(thrown, 'AWS_SERVICE').message}`);
  }
}
