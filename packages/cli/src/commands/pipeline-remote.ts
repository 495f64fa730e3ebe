import { join, resolve } from 'node:path';
import {
  ALGORITHMS,
  AssayError,
  type AwsSelection,
  awsServices,
  baselinesOf,
  buildPipeline,
  checkInstances,
  costLimits,
  datasetFetcher,
  datasetPrefix,
  defined,
  loadConfig,
  owner,
  type PlannedDataset,
  planRun,
  pricesOf,
  publicFetch,
  type ReachGrants,
  RUNS_FOLDER,
  requireOwnFiles,
  requireReach,
  requireValid,
  resolveRunners,
  runFolder,
  type ValidConfig,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { awsSelection } from '../flags/aws-selection.ts';
import { type CostFlags, costSettings } from '../flags/run-flags.ts';
import { codeFiles } from '../pipeline/code-files.ts';
import { connected } from '../pipeline/connected.ts';
import { consented } from '../pipeline/consented.ts';
import { dataSizeOf } from '../pipeline/data-size.ts';
import { followExecution } from '../pipeline/follow-execution.ts';
import { heldModels, pipelineSizes } from '../pipeline/pipeline-sizes.ts';
import { parameters } from '../pipeline/start-parameters.ts';
import { estimateText } from '../print/cost-text.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { printable } from '../print/terminal.ts';
import { regionsOf } from '../regions-of.ts';

export interface RemoteFlags extends AwsSelection {
  readonly bucket?: string;
  readonly roleArn?: string;
  readonly imageUri?: string;
}

export interface StartFlags extends RemoteFlags, CostFlags, Omit<ReachGrants, 'allowCode'> {
  readonly allowCode?: true;
  readonly limit?: number;
  readonly parameter?: readonly string[];
  readonly resume?: string;
  readonly acceptEula?: true;
  readonly watch?: true;
}

const note = (text: string): void => void process.stderr.write(`${printable(text)}\n`);

/** Uploads, upserts and starts; prints the execution's ARN on stdout. */
export async function start(file: string, flags: StartFlags): Promise<number> {
  const loaded = requireValid(await loadConfig(file, { algorithms: ALGORITHMS }));
  if (flags.resume !== undefined) return resume(loaded, flags.resume, flags);
  const { aws, pipeline } = loaded.config;
  await requireReach(loaded, flags);
  const code = codeFiles(loaded, resolveRunners(loaded));
  const sagemaker = await awsServices();
  const bucket = flags.bucket ?? aws?.bucket;
  const roleArn = flags.roleArn ?? aws?.role_arn ?? process.env.ASSAY_SAGEMAKER_ROLE;
  if (bucket === undefined)
    throw new AssayError('CONFIG_INVALID', 'no bucket is set', { hint: 'pass --bucket, or write aws.bucket' });
  if (roleArn === undefined)
    throw new AssayError('CONFIG_INVALID', 'no execution role is set', {
      hint: 'pass --role-arn, or write aws.role_arn, or set ASSAY_SAGEMAKER_ROLE',
    });
  const models = consented(resolveRunners(loaded), flags.acceptEula);
  const graph = buildPipeline(loaded.config, models);
  const prices = await pricesOf(loaded, flags.prices);
  const limits = costLimits(costSettings(flags), aws, prices);
  const given = parameters(flags.parameter ?? []);
  const { maxRuntimeMs } = limits;
  const held = await heldModels(models, loaded);
  const typed = { models: held, instanceType: given.InstanceType };
  const { instanceType } = await pipelineSizes(graph, loaded, typed);
  const sized = { ...aws, instance_type: instanceType };
  const estimate = sagemaker.estimatePipeline(graph, { aws: sized, prices, maxRuntimeMs, parameters: given });
  for (const { instances } of estimate) if (instances !== null) checkInstances(instances, prices, limits);
  for (const line of [...graph.notes, ...estimateText(estimate, prices)]) note(line);
  const baselines = baselinesOf(loaded.config.gates ?? [], loaded.baseDir);
  const datasetUri = datasetPrefix(loaded.config.dataset);
  const trained = await sagemaker.trainingFiles(graph, loaded.baseDir);
  const dataset = datasetUri === undefined ? await checkedDataset(loaded, flags) : undefined;
  return connected(flags, aws, async (connection) => {
    // One that a flag names is the user's own word.
    const named = flags.bucket === undefined ? bucket : undefined;
    const at = loaded.placeOf(['aws', 'bucket']);
    await sagemaker.requireBucketRegion(connection, bucket, { at: named === undefined ? undefined : at });
    await sagemaker.requireOwnBucket(connection, { bucket: named, foreignBuckets: flags.allowHost ?? [], at });
    const data = dataset === undefined ? await sagemaker.sizeAt(connection, datasetUri!) : dataSizeOf(dataset);
    for (const text of (await pipelineSizes(graph, loaded, { ...typed, data })).notes) note(text);
    const definition = sagemaker.renderPipeline(graph, {
      aws,
      roleArn,
      bucket,
      data,
      models: held,
      imageUri: flags.imageUri,
      datasetUri,
      stepCache: pipeline?.step_cache,
      maxRuntimeS: maxRuntimeMs === undefined ? undefined : maxRuntimeMs / 1000,
      owner: owner(),
      training: await sagemaker.resolveTraining(connection, graph, models, {
        given: Object.keys(given),
        onNotice: (model, text) => note(`${model}: ${text}`),
      }),
      stagedTraining: new Set(trained.map(({ model }) => model)),
    });
    sagemaker.requireQuotas(
      sagemaker.quotaProblems(definition, graph, estimate, aws, pipeline?.max_parallel_steps),
      note,
    );
    const place = { bucket, prefix: sagemaker.pipelinePrefix(graph.name, aws) };
    const settings = {
      ...(dataset === undefined ? { datasetUri: datasetUri! } : { datasetName: dataset.name }),
      roleArn,
      owner: owner(),
      ...(flags.region === undefined ? {} : { region: flags.region }),
      ...(flags.acceptEula === undefined ? {} : { acceptEula: flags.acceptEula }),
      // Files of this machine stay here; the steps are held to the rest.
      ...defined({ allowCode: flags.allowCode, allowEnv: flags.allowEnv, allowHost: flags.allowHost }),
      resultsUri: `s3://${place.bucket}/${place.prefix}/executions`,
    };
    const store = new sagemaker.S3Bucket(connection, bucket);
    const staged = await sagemaker.stageInputs(store, place.prefix, loaded.text, settings, dataset?.files ?? [], {
      baselines,
      training: trained,
      code,
    });
    note(`uploaded ${staged.files} files, ${staged.bytes} bytes, to ${staged.inputs}`);
    if (datasetUri !== undefined) note(`each execution reads its data at ${datasetUri}`);
    const execution = await sagemaker.startPipeline(graph, definition, {
      connection,
      roleArn,
      maxParallelSteps: pipeline?.max_parallel_steps,
      tags: { ...aws?.tags, [sagemaker.OWNER_TAG]: owner() },
      parameters: {
        ...given,
        Inputs: staged.inputs,
        ...(flags.limit === undefined ? {} : { Limit: String(flags.limit) }),
      },
    });
    process.stdout.write(`${execution}\n`);
    if (limits.maxCost !== undefined && flags.watch !== true)
      note('the limit of the cost holds while somebody watches: assay pipeline watch … --prices … --max-cost …');
    return flags.watch === true
      ? followExecution(connection, execution, { prices, limits, elsewhere: regionsOf(loaded, flags) })
      : EXIT.passed;
  });
}

/** Goes on with an execution that failed or was stopped; prints its ARN on stdout. */
async function resume(loaded: ValidConfig, execution: string, flags: StartFlags): Promise<number> {
  const { aws } = loaded.config;
  if (flags.limit !== undefined || flags.parameter !== undefined)
    throw new AssayError('USAGE', '--resume keeps the inputs and parameters of its execution', {
      hint: 'Start it again without --resume for other ones.',
    });
  const { name } = buildPipeline(loaded.config, resolveRunners(loaded));
  if (!execution.includes(`:pipeline/${name.toLowerCase()}/execution/`))
    throw new AssayError('USAGE', `${execution} is no execution of the pipeline ${name}`, {
      hint: '--resume takes the ARN that `assay pipeline start` printed for this config.',
    });
  const prices = await pricesOf(loaded, flags.prices);
  const limits = costLimits(costSettings(flags), aws, prices);
  const { describeExecution, retryPipeline } = await awsServices();
  return connected(flags, aws, async (connection) => {
    const { status } = await describeExecution(connection, execution);
    if (status === 'Succeeded' || status === 'Executing')
      throw new AssayError('USAGE', `that execution is ${status}: there is nothing to continue with`, {
        hint: status === 'Executing' ? `Follow it: assay pipeline watch ${execution}` : 'Start it without --resume.',
      });
    // What ran before counts against the limit of the cost, not against that of the time.
    const since = Date.now();
    await retryPipeline(connection, execution);
    process.stdout.write(`${execution}\n`);
    return flags.watch === true
      ? followExecution(connection, execution, { prices, limits, elsewhere: regionsOf(loaded, flags), since })
      : EXIT.passed;
  });
}

/** Exit code 0 when every step succeeded, 3 otherwise. What the execution left on AWS is deleted at its end. */
export async function watch(
  execution: string,
  config: string | undefined,
  flags: RemoteFlags & CostFlags,
): Promise<number> {
  const loaded = config === undefined ? undefined : requireValid(await loadConfig(config));
  const prices = await pricesOf(loaded, flags.prices);
  const aws = loaded?.config.aws;
  const limits = costLimits(costSettings(flags), aws, prices);
  const elsewhere = loaded === undefined ? [] : regionsOf(loaded, flags);
  return connected(flags, aws, (connection) => followExecution(connection, execution, { prices, limits, elsewhere }));
}

export async function stop(execution: string, flags: RemoteFlags): Promise<number> {
  const { executionId, stopPipeline } = await awsServices();
  return connected(flags, undefined, async (connection) => {
    await stopPipeline(connection, execution);
    note(`stopping; then: assay pipeline sweep --run ${executionId(execution)}`);
    return EXIT.passed;
  });
}

export async function results(
  file: string,
  execution: string,
  flags: RemoteFlags & { readonly output?: string },
): Promise<number> {
  const { downloadResults, executionId, pipelinePrefix, S3Bucket } = await awsServices();
  const loaded = requireValid(await loadConfig(file));
  const { aws } = loaded.config;
  const bucket = flags.bucket ?? aws?.bucket;
  if (bucket === undefined)
    throw new AssayError('CONFIG_INVALID', 'no bucket is set', { hint: 'pass --bucket, or write aws.bucket' });
  const graph = buildPipeline(loaded.config, resolveRunners(loaded));
  const id = executionId(execution);
  const folder = resolve(flags.output ?? join(RUNS_FOLDER, id));
  return connected(flags, aws, async (connection) => {
    const written = await downloadResults(
      new S3Bucket(connection, bucket),
      pipelinePrefix(graph.name, aws),
      id,
      folder,
    );
    process.stdout.write(`${printable(folder)}\n`);
    note(`${written.length} files; page: ${runFolder(folder).report}`);
    return EXIT.passed;
  });
}

/** The dataset with its files on this machine, looked into before anything is uploaded. */
async function checkedDataset(loaded: ValidConfig, flags: RemoteFlags & ReachGrants): Promise<PlannedDataset> {
  const fetchDataset = datasetFetcher({
    ...awsSelection(flags),
    aws: loaded.config.aws,
    notices: ProgressLine.onStderr(),
    fetch: publicFetch(flags.allowHost),
  });
  // Whole, whatever the limit: an execution may have another.
  const fetchRemote = (uri: string) => fetchDataset(uri);
  const { allowCode } = flags;
  const { dataset } = await planRun(loaded, {
    ...{ openRunner: notHere, openHelper: notHere, fetchRemote },
    ...defined({ allowCode }),
  });
  requireOwnFiles(loaded, dataset, flags);
  return dataset;
}

async function notHere(): Promise<never> {
  throw new AssayError('RUNNER_CAPABILITY', 'nothing is asked before the pipeline runs');
}
