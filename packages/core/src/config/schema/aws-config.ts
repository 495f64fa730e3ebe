import { z } from 'zod';

export const awsConfig = z
  .strictObject({
    region: z.string().optional().describe('Region. Default: AWS_REGION, AWS_DEFAULT_REGION, then the profile’s.'),
    profile: z.string().optional().describe('Named profile of the AWS credentials.'),
    role_arn: z.string().optional().describe('Execution role of the jobs. Never guessed.'),
    bucket: z.string().optional().describe('Bucket for inputs and results.'),
    prefix: z.string().optional().describe('Key prefix inside the bucket.'),
    image_uri: z.string().optional().describe('Container image that runs the pipeline’s steps.'),
    instance_type: z.string().optional().describe('Instance type of the pipeline’s processing jobs.'),
    volume_gb: z.int().min(1).max(16_384).optional().describe('Volume of the processing jobs, in GB.'),
    vpc: z
      .strictObject({
        subnets: z.array(z.string()).min(1).describe('Subnet ids.'),
        security_group_ids: z.array(z.string()).min(1).describe('Security group ids.'),
      })
      .optional()
      .describe('Network of jobs and endpoints.'),
    kms: z
      .strictObject({
        volume: z.string().optional().describe('Key of the volumes, where the instance type has one.'),
        output: z.string().optional().describe('Key of the results in S3.'),
      })
      .optional()
      .describe('Encryption keys.'),
    quotas: z
      .strictObject({
        pipeline_steps: z
          .int()
          .min(1)
          .optional()
          .describe('Steps of one pipeline that the account may have. Default 50.'),
        bedrock_batch_records: z
          .int()
          .min(1)
          .optional()
          .describe('Fewest records that Bedrock takes in a batch. Default 100.'),
      })
      .optional()
      .describe('Quotas of the account, where they are not AWS’s defaults.'),
    network_isolation: z.boolean().optional().describe('Cut jobs off the network; they cannot call endpoints then.'),
    encrypt_inter_container_traffic: z
      .boolean()
      .optional()
      .describe('Encrypt traffic between the containers of a job.'),
    tags: z.record(z.string(), z.string()).optional().describe('Tags of everything that a run creates.'),
    max_cost: z
      .number()
      .gt(0)
      .optional()
      .describe('End a run or an execution that has cost this much by `prices`, none of which may be missing.'),
    max_runtime_s: z.int().min(1).max(777_600).optional().describe('Longest run of a job, in seconds.'),
    expires_after_h: z
      .number()
      .gt(0)
      .optional()
      .describe('Hours until `assay pipeline sweep --expired` may delete what the run created.'),
    cloudwatch_namespace: z.string().optional().describe('Publish scores as CloudWatch metrics under this namespace.'),
  })
  .describe('Where and how the SageMaker side runs.');

export type AwsConfig = z.output<typeof awsConfig>;
