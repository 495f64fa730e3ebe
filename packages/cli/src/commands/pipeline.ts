import { buildPipeline, loadConfig, type RunnerKind, requireValid, resolveRunners } from '@assay/core';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../print/terminal.ts';

export interface RenderFlags {
  readonly runner?: RunnerKind;
  readonly roleArn?: string;
  readonly bucket?: string;
  readonly imageUri?: string;
}

/** Prints the SageMaker pipeline definition of a config; needs no credentials. */
export async function renderDefinition(file: string, flags: RenderFlags): Promise<number> {
  const { renderPipeline } = await import('@assay/runner-sagemaker');
  const loaded = requireValid(await loadConfig(file));
  const { config } = loaded;
  const { roleArn, bucket, imageUri, ...picked } = flags;
  const graph = buildPipeline(config, resolveRunners(loaded, picked));
  const definition = renderPipeline(graph, {
    aws: config.aws,
    roleArn,
    bucket,
    imageUri,
    stepCache: config.pipeline?.step_cache,
  });
  process.stdout.write(`${JSON.stringify(definition, null, 2)}\n`);
  process.stderr.write(
    'note the steps call `assay step`, which this version does not have yet: the definition shows the graph, it cannot run\n',
  );
  for (const note of graph.notes) process.stderr.write(`note ${printable(note)}\n`);
  return EXIT.passed;
}

export interface SweepFlags {
  readonly run?: string;
  readonly expired?: true;
  readonly dryRun?: true;
  readonly region?: string;
  readonly profile?: string;
}

/** Deletes what runs left behind on AWS, found by tags alone. Exit code 3 when something could not be deleted. */
export async function sweepResources(flags: SweepFlags): Promise<number> {
  const { AwsConnection, resolveAwsSettings, sweep } = await import('@assay/runner-sagemaker');
  const connection = new AwsConnection(await resolveAwsSettings(flags));
  try {
    const { deleted, failed, seen } = await sweep(connection, {
      ...(flags.run === undefined ? {} : { runId: flags.run }),
      ...(flags.expired === undefined ? {} : { expired: true }),
      ...(flags.dryRun === undefined ? {} : { dryRun: true }),
    });
    const verb = flags.dryRun === true ? 'would delete' : 'deleted';
    for (const { kind, name } of deleted) process.stdout.write(`${verb} ${kind} ${printable(name)}\n`);
    for (const { kind, name, error } of failed)
      process.stderr.write(`could not delete ${kind} ${printable(name)}: ${printable(error.message)}\n`);
    process.stdout.write(`${seen} resources looked at, ${verb} ${deleted.length}\n`);
    return failed.length === 0 ? EXIT.passed : EXIT.samplesFailed;
  } finally {
    await connection.close();
  }
}
