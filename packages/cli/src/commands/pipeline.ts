import {
  AssayError,
  type AwsSelection,
  awsServices,
  buildPipeline,
  configReach,
  datasetPrefix,
  loadConfig,
  type PipelineGraph,
  type RunnerKind,
  requireValid,
  resolveRunners,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { awsSelection } from '../flags/aws-selection.ts';
import { dataSizeHere } from '../pipeline/data-size.ts';
import { heldModels, pipelineSizes } from '../pipeline/pipeline-sizes.ts';
import { reachLines } from '../print/reach-lines.ts';
import { printable } from '../print/terminal.ts';
import { regionsOf } from '../regions-of.ts';

export interface RenderFlags {
  readonly runner?: RunnerKind;
  readonly roleArn?: string;
  readonly bucket?: string;
  readonly imageUri?: string;
  readonly region?: string;
  /** An expression of EventBridge; true takes the config's. */
  readonly schedule?: string | true;
  /** Value of the parameter `Inputs`, as `assay pipeline start` prints it. */
  readonly inputs?: string;
}

/** Prints the SageMaker pipeline definition of a config; needs no credentials. */
export async function renderDefinition(file: string, flags: RenderFlags): Promise<number> {
  const { estimatePipeline, quotaProblems, renderPipeline, requireQuotas } = await awsServices();
  const loaded = requireValid(await loadConfig(file));
  const { config } = loaded;
  const { roleArn, bucket, imageUri, runner, schedule } = flags;
  const models = resolveRunners(loaded, runner === undefined ? {} : { runner });
  const graph = buildPipeline(config, models);
  if (schedule !== undefined) {
    const expression = schedule === true ? config.pipeline?.schedule : schedule;
    const role = roleArn ?? config.aws?.role_arn;
    const region = flags.region ?? config.aws?.region;
    process.stdout.write(
      `${JSON.stringify(scheduleOf(graph, { expression, role, region, inputs: flags.inputs }), null, 2)}\n`,
    );
    return EXIT.passed;
  }
  const sized = { data: await dataSizeHere(loaded), models: await heldModels(models, loaded) };
  const { instanceType, notes } = await pipelineSizes(graph, loaded, sized);
  const definition = renderPipeline(graph, {
    aws: config.aws,
    ...sized,
    roleArn,
    bucket,
    imageUri,
    datasetUri: datasetPrefix(config.dataset),
    stepCache: config.pipeline?.step_cache,
  });
  const tell = (text: string): void => void process.stderr.write(`note ${printable(text)}\n`);
  const estimate = estimatePipeline(graph, { aws: { ...config.aws, instance_type: instanceType } });
  requireQuotas(quotaProblems(definition, graph, estimate, config.aws, config.pipeline?.max_parallel_steps), tell);
  process.stdout.write(`${JSON.stringify(definition, null, 2)}\n`);
  process.stderr.write(reachLines(configReach(loaded, models)));
  for (const note of [...graph.notes, ...notes]) tell(note);
  return EXIT.passed;
}

/**
 * The input of EventBridge Scheduler's CreateSchedule that starts the pipeline.
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_SageMakerPipelineParameters.html
 */
function scheduleOf(
  { name }: PipelineGraph,
  given: {
    readonly expression: string | undefined;
    readonly role: string | undefined;
    readonly region: string | undefined;
    readonly inputs: string | undefined;
  },
): Record<string, unknown> {
  const account = /^arn:(aws[a-z-]*):iam::(\d{12}):role\//.exec(given.role ?? '');
  const missing = [
    given.expression === undefined ? 'an expression (--schedule "rate(1 day)", or pipeline.schedule)' : undefined,
    account === null ? 'a role (--role-arn, or aws.role_arn)' : undefined,
    given.region === undefined ? 'a region (--region, or aws.region)' : undefined,
    given.inputs === undefined ? 'the uploaded inputs (--inputs, as `assay pipeline start` prints them)' : undefined,
  ].filter((text) => text !== undefined);
  if (missing.length > 0 || account === null) throw new AssayError('USAGE', `a schedule needs ${missing.join(', ')}`);
  const [, partition, number] = account;
  return {
    Name: name.slice(0, 64),
    ScheduleExpression: given.expression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: `arn:${partition}:sagemaker:${given.region}:${number}:pipeline/${name.toLowerCase()}`,
      RoleArn: given.role,
      SageMakerPipelineParameters: { PipelineParameterList: [{ Name: 'Inputs', Value: given.inputs }] },
    },
  };
}

export interface SweepFlags extends AwsSelection {
  readonly run?: string;
  readonly expired?: true;
  readonly dryRun?: true;
}

/** Deletes what runs left behind on AWS, found by tags alone. Exit code 3 when something could not be deleted. */
export async function sweepResources(file: string | undefined, flags: SweepFlags): Promise<number> {
  const { AwsConnection, resolveAwsSettings, sweepAll } = await awsServices();
  const loaded = file === undefined ? undefined : requireValid(await loadConfig(file));
  const aws = loaded?.config.aws;
  const connection = new AwsConnection(await resolveAwsSettings({ ...awsSelection(flags), aws }));
  const regions = loaded === undefined ? [] : regionsOf(loaded, flags);
  const connections = [
    connection,
    ...regions.filter((region) => region !== connection.region).map((region) => connection.inRegion(region)),
  ];
  try {
    const { deleted, failed, seen } = await sweepAll(connections, {
      ...(flags.run === undefined ? {} : { runId: flags.run }),
      ...(flags.expired === undefined ? {} : { expired: true }),
      ...(flags.dryRun === undefined ? {} : { dryRun: true }),
    });
    const verb = flags.dryRun === true ? 'would delete' : 'deleted';
    const stopped = flags.dryRun === true ? 'would stop' : 'stopped';
    for (const { kind, name } of deleted)
      process.stdout.write(`${kind === 'transform-job' ? stopped : verb} ${kind} ${printable(name)}\n`);
    for (const { kind, name, error } of failed)
      process.stderr.write(`could not delete ${kind} ${printable(name)}: ${printable(error.message)}\n`);
    process.stdout.write(`${seen} resources looked at, ${verb} ${deleted.length}\n`);
    return failed.length === 0 ? EXIT.passed : EXIT.samplesFailed;
  } finally {
    for (const each of connections) await each.close();
  }
}
