import { z } from 'zod';

export const awsConfig = z
  .strictObject({
    region: z.string().optional().describe('Default: AWS_REGION, AWS_DEFAULT_REGION, the profile’s.'),
    profile: z.string().optional().describe('Of the credentials.'),
    role_arn: z.string().optional().describe('Execution role of the jobs.'),
    bucket: z.string().optional().describe('Of inputs and results.'),
    prefix: z.string().optional().describe('Of keys in the bucket.'),
    image_uri: z.string().optional().describe('Image that runs the steps.'),
    instance_type: z.string().optional().describe('Of the processing jobs.'),
    volume_gb: z.int().min(1).max(16_384).optional().describe('Of the processing jobs.'),
    vpc: z
      .strictObject({
        subnets: z.array(z.string()).min(1).describe('Ids.'),
        security_group_ids: z.array(z.string()).min(1).describe('Ids.'),
      })
      .optional()
      .describe('Network of jobs and endpoints, by ids.'),
    kms: z
      .strictObject({
        volume: z.string().optional().describe('Of volumes.'),
        output: z.string().optional().describe('Of results in S3.'),
      })
      .optional()
      .describe('Encryption keys.'),
    quotas: z
      .strictObject({
        pipeline_steps: z.int().min(1).optional().describe('Steps of a pipeline. Default 50.'),
        instances: z
          .record(
            z.string().regex(/^ml\./, 'must be an instance type such as ml.g5.2xlarge'),
            z.strictObject({
              endpoint: z.int().min(0).optional().describe('Of endpoints.'),
              processing: z.int().min(0).optional().describe('Of processing jobs.'),
              training: z.int().min(0).optional().describe('Of training jobs.'),
              transform: z.int().min(0).optional().describe('Of transform jobs.'),
            }),
          )
          .optional()
          .describe('Instances by type. Default: 0 with an accelerator, else not checked.'),
        concurrent_jobs: z
          .strictObject({
            processing: z.int().min(0).optional().describe('Processing jobs.'),
            training: z.int().min(0).optional().describe('Training jobs.'),
            transform: z.int().min(0).optional().describe('Transform jobs.'),
          })
          .optional()
          .describe('Jobs at a time. Default: not checked.'),
        bedrock_batch_records: z.int().min(1).optional().describe('Fewest records of a Bedrock batch. Default 100.'),
      })
      .optional()
      .describe('The account’s, where they are not AWS’s defaults.'),
    network_isolation: z.boolean().optional().describe('Cut jobs off the network, and so from endpoints.'),
    encrypt_inter_container_traffic: z.boolean().optional().describe('Between containers of a job.'),
    tags: z.record(z.string(), z.string()).optional().describe('Of everything that a run creates.'),
    max_cost: z.number().gt(0).optional().describe('End what has cost this much by `prices`.'),
    max_runtime_s: z.int().min(1).max(777_600).optional().describe('Of a job.'),
    expires_after_h: z
      .number()
      .gt(0)
      .optional()
      .describe('Hours until `sweep --expired` may delete what the run created.'),
    cloudwatch_namespace: z.string().optional().describe('Publish scores as CloudWatch metrics there.'),
  })
  .describe('How the SageMaker side runs.');

export type AwsConfig = z.output<typeof awsConfig>;
