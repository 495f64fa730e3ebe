import { awsServices, buildPipeline, loadConfig, requireValid, resolveRunners } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { connected } from '../pipeline/connected.ts';
import { heldModels, pipelineSizes } from '../pipeline/pipeline-sizes.ts';
import { printable } from '../print/terminal.ts';
import type { RemoteFlags } from './pipeline-remote.ts';

/** Exit code 2 when something is missing. */
export async function doctor(file: string | undefined, flags: RemoteFlags): Promise<number> {
  const { checkAws, estimatePipeline, quotaUses, renderPipeline } = await awsServices();
  const loaded = file === undefined ? undefined : requireValid(await loadConfig(file));
  const aws = loaded?.config.aws;
  const graph = loaded === undefined ? undefined : buildPipeline(loaded.config, resolveRunners(loaded));
  const most = loaded?.config.pipeline?.max_parallel_steps;
  const models = loaded === undefined ? new Map() : await heldModels(resolveRunners(loaded), loaded);
  const sizes = graph === undefined ? undefined : await pipelineSizes(graph, loaded!, { models });
  const sized = { ...aws, ...(sizes === undefined ? {} : { instance_type: sizes.instanceType }) };
  const uses = graph === undefined ? [] : quotaUses(graph, estimatePipeline(graph, { aws: sized }), most);
  return connected(flags, aws, async (connection) => {
    const findings = await checkAws(connection, {
      bucket: flags.bucket ?? aws?.bucket,
      roleArn: flags.roleArn ?? aws?.role_arn ?? process.env.ASSAY_SAGEMAKER_ROLE,
      imageUri: flags.imageUri ?? aws?.image_uri,
      uses,
      aws,
      ...(graph === undefined ? {} : { render: () => renderPipeline(graph, { aws, models }) }),
    });
    for (const { check, ok, message, hint } of findings) {
      const state = ok ? 'ok     ' : check === 'quota' ? 'ask AWS' : 'missing';
      process.stdout.write(`${state}  ${check.padEnd(9)}  ${printable(message)}\n`);
      if (!ok && hint !== undefined) process.stdout.write(`${' '.repeat(20)}${printable(hint)}\n`);
    }
    return findings.every(({ ok }) => ok) ? EXIT.passed : EXIT.usage;
  });
}
