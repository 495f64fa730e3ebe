import {
  AssayError,
  type AwsConnection,
  awsServices,
  type BilledLine,
  type Limits,
  type PriceTable,
  type WatchedExecution,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { billedText, costSoFar, logCommand } from '../print/cost-text.ts';
import { printable } from '../print/terminal.ts';

const note = (text: string): void => void process.stderr.write(`${printable(text)}\n`);

/** Follows an execution to its end, and tells of it. Exit code 0 when every step succeeded, 3 otherwise. */
export async function followExecution(
  connection: AwsConnection,
  execution: string,
  { prices, limits, elsewhere: regions, since }: FollowOptions,
): Promise<number> {
  const { watchPipeline } = await awsServices();
  const { signal, dispose } = onInterrupt(note, {
    words: {
      note: 'no longer watching (Ctrl-C again ends at once)',
      error: new AssayError('RUN_INTERRUPTED', `${execution} goes on, and costs what it costs`, {
        hint: `Watch it: assay pipeline watch ${execution}. Stop it: assay pipeline stop ${execution}`,
      }),
    },
  });
  const elsewhere = regions
    .filter((region) => region !== connection.region)
    .map((region) => connection.inRegion(region));
  const told = new Map<string, string>();
  try {
    const {
      execution: ended,
      swept,
      billed,
      limit,
    } = await watchPipeline(connection, execution, {
      signal,
      prices,
      limits,
      elsewhere,
      since,
      onChange: (state, lines) => tell(state, lines, told, prices),
      onLimit: ({ message }) => note(`stopping: ${message}`),
      onCostUnknown: ({ message }) => note(`the cost so far is unknown: ${message}`),
    });
    for (const line of billedText(billed, prices)) note(line);
    for (const { kind, name } of swept.deleted) note(`deleted ${kind} ${name}, which the execution left`);
    for (const { kind, name, error } of swept.failed) note(`could not delete ${kind} ${name}: ${error.message}`);
    process.stdout.write(`${printable(ended.status)}\n`);
    if (ended.failureReason !== null) note(ended.failureReason);
    if (limit !== undefined) note(`RUN_LIMIT  ${limit.message}`);
    return ended.status === 'Succeeded' && swept.failed.length === 0 ? EXIT.passed : EXIT.samplesFailed;
  } finally {
    dispose();
    for (const other of elsewhere) await other.close();
  }
}

export interface FollowOptions {
  readonly prices: PriceTable | undefined;
  readonly limits: Limits;
  /** Regions that its models name. */
  readonly elsewhere: readonly string[];
  readonly since?: number | undefined;
}

function tell(
  { steps }: WatchedExecution,
  billed: readonly BilledLine[],
  told: Map<string, string>,
  prices: PriceTable | undefined,
): void {
  let isNews = false;
  for (const { name, status, elapsedMs, failureReason } of steps) {
    if (told.get(name) === status) continue;
    told.set(name, status);
    isNews = true;
    note(`${name}  ${status}  ${Math.round(elapsedMs / 1000)} s${failureReason === null ? '' : `: ${failureReason}`}`);
    const job = billed.find((line) => line.name === name);
    if (job !== undefined && (status === 'Executing' || status === 'Failed')) note(`  log: ${logCommand(job)}`);
  }
  if (isNews && billed.length > 0) note(`  cost so far: ${costSoFar(billed, prices)}`);
}
