import { existsSync } from 'node:fs';
import { type AwsConfig, toAssayError } from '@assay/core';
import type { AwsFlags } from './open-runner.ts';
import { printable } from './print/terminal.ts';

/** Name of the list that a run keeps of what it creates on AWS; LEDGER_FILE of the package that is loaded only where there is one. */
const LEDGER = 'aws-resources.jsonl';

/**
 * At the end of a run: deletes what its ledger says still stands, such as the endpoint of a process that was killed and
 * whose model had nothing left to be asked. Never throws.
 */
export async function settleResources(
  run: string,
  aws: AwsConfig | undefined,
  flags: AwsFlags,
  note: (text: string) => void,
): Promise<void> {
  const file = `${run}/${LEDGER}`;
  if (run === '' || !existsSync(file)) return;
  try {
    const { deleteRecorded, resolveAwsSettings } = await import('@assay/runner-sagemaker');
    await deleteRecorded(file, {
      settings: await resolveAwsSettings({ ...flags, aws }),
      hooks: {
        onDeleted: ({ kind, name }) => note(`deleted ${kind} ${printable(name)}`),
        onLeft: ({ kind, name, error }) =>
          note(
            `could not delete ${kind} ${printable(name)}: ${printable(error.message)}; \`assay pipeline sweep\` will`,
          ),
      },
    });
  } catch (thrown) {
    note(
      `what the run left on AWS stands in ${printable(file)}: ${printable(toAssayError(thrown, 'AWS_SERVICE').message)}`,
    );
  }
}
