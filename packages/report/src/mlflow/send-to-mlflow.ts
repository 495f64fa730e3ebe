import { readFile } from 'node:fs/promises';
import type { RunView, Summary } from '@assay/core';
import { MlflowClient, MlflowRefusal, type MlflowServer } from './mlflow-client.ts';
import { type MlflowValues, mlflowValues } from './mlflow-values.ts';

export interface MlflowOptions extends MlflowServer {
  /** @default the dataset's name */
  readonly experiment?: string | undefined;
  /** Files to keep with each model, by the path they get there. */
  readonly artifacts?: Readonly<Record<string, string>>;
}

export interface SentToMlflow {
  readonly model: string;
  readonly runId: string;
  /** Its page on the server. */
  readonly page: string;
  /** Why its files were not stored; null where they were. */
  readonly withoutFiles: string | null;
}

interface MlflowRun {
  readonly info: { readonly run_id: string; readonly artifact_uri: string };
}

/** MLflow takes so many metrics, and so many of params and tags, in one request. */
const METRICS_AT_ONCE = 1000;
const PARAMS_AT_ONCE = 100;

/**
 * Sends a run to an MLflow tracking server: one MLflow run a model, with scores and intervals as metrics, what was run
 * as params and tags, and files as artifacts. Sent again, a run replaces itself: nothing is there twice.
 * Reads nothing of `run.rows`.
 * @throws AssayError REPORT_SINK
 */
export async function sendToMlflow(
  run: Pick<RunView, 'manifest' | 'summary'>,
  options: MlflowOptions,
): Promise<SentToMlflow[]> {
  const client = new MlflowClient(options);
  const experiment = await experimentOf(client, options.experiment ?? run.summary.dataset.name);
  const sent: SentToMlflow[] = [];
  for (const { name } of run.summary.models) {
    const values = mlflowValues(run, name);
    const { info } = await openRun(client, experiment, run.summary, name, values.tags);
    const runId = info.run_id;
    await logValues(client, runId, values, Date.parse(run.summary.timing.endedAt));
    const withoutFiles = await storeFiles(client, info.artifact_uri, options);
    await client.post('runs/update', {
      run_id: runId,
      status: 'FINISHED',
      end_time: Date.parse(run.summary.timing.endedAt),
    });
    sent.push({
      model: name,
      runId,
      page: `${options.shownAs ?? client.url}/#/experiments/${experiment}/runs/${runId}`,
      withoutFiles,
    });
  }
  return sent;
}

/** The experiment of this name, made where there is none. Somebody else may make it at the same moment. */
async function experimentOf(client: MlflowClient, name: string): Promise<string> {
  const find = async () => {
    const found = await client.get('experiments/get-by-name', { experiment_name: name });
    return (found as { experiment: { experiment_id: string } }).experiment.experiment_id;
  };
  try {
    return await find();
  } catch (thrown) {
    if (!isRefusal(thrown, 'RESOURCE_DOES_NOT_EXIST')) throw thrown;
  }
  try {
    return ((await client.post('experiments/create', { name })) as { experiment_id: string }).experiment_id;
  } catch (thrown) {
    if (!isRefusal(thrown, 'RESOURCE_ALREADY_EXISTS')) throw thrown;
    return find();
  }
}

/** The MLflow run of this run and model, if it was sent before or broke off; else a new one. */
async function openRun(
  client: MlflowClient,
  experiment: string,
  { run, timing }: Summary,
  model: string,
  tags: MlflowValues['tags'],
): Promise<MlflowRun> {
  const filter = `tags."assay.run" = ${JSON.stringify(run)}`;
  const known = (await client.post('runs/search', { experiment_ids: [experiment], filter, max_results: 1000 })) as {
    runs?: (MlflowRun & { data: { tags?: { key: string; value: string }[] } })[];
  };
  const same = known.runs?.find(({ data }) =>
    data.tags?.some(({ key, value }) => key === 'assay.model' && value === model),
  );
  if (same !== undefined) return same;
  const made = await client.post('runs/create', {
    experiment_id: experiment,
    run_name: `${model} ${run}`,
    start_time: Date.parse(timing.startedAt),
    tags,
  });
  return (made as { run: MlflowRun }).run;
}

async function logValues(
  client: MlflowClient,
  runId: string,
  { metrics, params }: MlflowValues,
  timestamp: number,
): Promise<void> {
  for (let from = 0; from < params.length; from += PARAMS_AT_ONCE)
    await client.post('runs/log-batch', { run_id: runId, params: params.slice(from, from + PARAMS_AT_ONCE) });
  for (let from = 0; from < metrics.length; from += METRICS_AT_ONCE) {
    const some = metrics.slice(from, from + METRICS_AT_ONCE).map((metric) => ({ ...metric, timestamp, step: 0 }));
    await client.post('runs/log-batch', { run_id: runId, metrics: some });
  }
}

/** @returns why nothing was stored: a server that sends its clients to a store of their own credentials; else null */
async function storeFiles(
  client: MlflowClient,
  artifactUri: string,
  { artifacts = {}, putObject }: MlflowOptions,
): Promise<string | null> {
  const names = Object.entries(artifacts);
  if (names.length === 0) return null;
  if (artifactUri.startsWith('s3://') && putObject !== undefined) {
    const root = artifactUri.replace(/\/+$/, '');
    for (const [name, file] of names) await putObject(`${root}/${name}`, new Uint8Array(await readFile(file)));
    return null;
  }
  if (!artifactUri.startsWith('mlflow-artifacts:'))
    return `the server keeps its files at ${artifactUri}, out of its own hands`;
  const root = artifactUri.replace(/^mlflow-artifacts:(?:\/\/[^/]*)?\/*/, '');
  for (const [name, file] of names) await client.putArtifact(`${root}/${name}`, new Uint8Array(await readFile(file)));
  return null;
}

function isRefusal(thrown: unknown, code: string): boolean {
  return thrown instanceof MlflowRefusal && thrown.mlflowCode === code;
}
