import { z } from 'zod';

const serverless = z
  .strictObject({
    memory_mb: z
      .literal([1024, 2048, 3072, 4096, 5120, 6144])
      .optional()
      .describe('1024, 2048, 3072, 4096, 5120 or 6144. Default 4096.'),
    max_concurrency: z.int().min(1).max(200).optional().describe('Most requests at a time. Default 5.'),
    provisioned_concurrency: z.int().min(1).max(200).optional().describe('Of these, kept warm. Default none.'),
  })
  .describe('No instances: paid by request.');

const inferenceComponent = z
  .strictObject({
    copies: z.int().min(1).optional().describe('To begin with. Default 1.'),
    cpus: z.number().min(0.25).optional().describe('Cores of a copy.'),
    accelerators: z.number().min(1).optional().describe('Of a copy. Default: the JumpStart document’s.'),
    memory_mb: z.int().min(128).optional().describe('Of a copy, at least. Default: the JumpStart document’s.'),
    max_memory_mb: z.int().min(128).optional().describe('Of a copy, at most.'),
    max_instances: z.int().min(1).optional().describe('Default: num_instances.'),
    scale_to_zero: z
      .strictObject({
        max_copies: z.int().min(1).optional().describe('Default: `copies`.'),
        requests_per_copy: z.number().gt(0).optional().describe('At a time. Default 5.'),
        cooldown_s: z.int().min(0).optional().describe('Between two scalings. Default 300.'),
      })
      .optional()
      .describe('Copies and instances come and go with the requests.'),
  })
  .describe('Copies of the model on managed instances.');

export const deploymentConfig = z
  .strictObject({
    instance_type: z.string().optional().describe('Of the endpoint.'),
    num_instances: z.int().min(1).optional().describe('Of the endpoint. Default 1.'),
    environment: z.record(z.string(), z.string()).optional().describe('Of the container.'),
    startup_timeout_s: z.int().min(60).max(3600).optional().describe('Longest start-up.'),
    download_timeout_s: z.int().min(60).max(3600).optional().describe('Longest download of the model.'),
    volume_gb: z.int().min(1).optional().describe('Of the endpoint.'),
    routing: z
      .enum(['least_outstanding_requests', 'random'])
      .optional()
      .describe('Which instance gets a request. Default: SageMaker’s, `random`; of copies the other.'),
    ami_version: z.string().optional().describe('InferenceAmiVersion: the GPU driver.'),
    serverless: serverless.optional(),
    inference_component: inferenceComponent.optional(),
  })
  .refine(
    (given) => given.serverless === undefined || given.inference_component === undefined,
    'takes one of serverless and inference_component',
  )
  .describe('What to deploy the endpoint on.');
