import { isAssayError, toAssayError } from '@assay/core';
import type { DescribeImagesCommandOutput } from '@aws-sdk/client-ecr';
import type { ClientConfig } from '../aws/aws-connection.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';
import type { DoctorFinding } from './doctor-finding.ts';

const ECR =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]+))?$/;

/** Whether the image of the steps lies in ECR, in the region of the jobs. @param calls absent where no call can be made */
export async function checkImage(
  calls: ControlCalls | undefined,
  imageUri: string | undefined,
  region: string,
): Promise<DoctorFinding> {
  const missing = (message: string, hint?: string): DoctorFinding => ({
    check: 'image',
    ok: false,
    message,
    ...(hint === undefined ? {} : { hint }),
  });
  if (imageUri === undefined)
    return missing(
      'no image for the steps is set',
      'build and push it (docs/aws.md), then pass --image-uri or write aws.image_uri',
    );
  const [, registryId = '', found, repositoryName = '', imageTag = 'latest', imageDigest] = ECR.exec(imageUri) ?? [];
  if (found === undefined) return missing(`${imageUri} does not lie in ECR, where SageMaker pulls from`);
  if (found !== region)
    return missing(`the image lies in ${found}, the jobs run in ${region}`, 'push it to the region of the jobs');
  const unseen = { check: 'image' as const, ok: true, message: `${imageUri}; whether it is there is not known` };
  if (calls === undefined) return unseen;
  const imageId = imageDigest === undefined ? { imageTag } : { imageDigest };
  try {
    const image = await describeImage(calls, { registryId, repositoryName, imageIds: [imageId] });
    if (image === undefined)
      return missing(`there is no image ${imageUri}`, 'build and push it (docs/aws.md), or check repository and tag');
    const size = image.imageSizeInBytes === undefined ? '' : `, ${Math.round(image.imageSizeInBytes / 1e6)} MB`;
    return { check: 'image', ok: true, message: `${imageUri}${size}` };
  } catch (thrown) {
    if (isAssayError(thrown) && thrown.code === 'AWS_ACCESS_DENIED')
      return { ...unseen, message: `${unseen.message} (it takes ecr:DescribeImages)` };
    const { message, hint } = toAssayError(thrown, 'AWS_SERVICE');
    return missing(message, hint);
  }
}

/** Undefined where there is no such repository or image. @throws AssayError */
async function describeImage(
  calls: ControlCalls,
  input: { registryId: string; repositoryName: string; imageIds: { imageTag?: string; imageDigest?: string }[] },
) {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ecr');
  const client = await calls.connection.client('ecr', openClient);
  const found = await calls.call<DescribeImagesCommandOutput | undefined>(
    'DescribeImages',
    `repository/${input.repositoryName}`,
    (abortSignal) => client.send(new DescribeImagesCommand(input), { abortSignal }),
    {
      service: 'ecr',
      recover: async (thrown) => (/NotFound/.test((thrown as Error).name) ? { value: undefined } : undefined),
    },
  );
  return found?.imageDetails?.[0];
}

async function openClient(config: ClientConfig) {
  const { ECRClient } = await import('@aws-sdk/client-ecr');
  return new ECRClient(config);
}
