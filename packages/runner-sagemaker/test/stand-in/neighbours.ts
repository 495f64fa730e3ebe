import { WireError } from './wire-error.ts';

type Json = Readonly<Record<string, unknown>>;

/** What the doctor asks of services beside SageMaker: images of ECR, and Service Quotas, whose pages hold two each. */
export class Neighbours {
  /** `repository:tag` of images that are not there; every other one is. */
  readonly missingImages = new Set<string>();
  /** The account's own quotas, by name. */
  readonly quotas = new Map<string, number>();
  readonly defaultQuotas = new Map<string, number>();

  handle(operation: string, input: Json): unknown {
    if (operation === 'DescribeImages') return this.#describeImages(input);
    if (operation === 'ListServiceQuotas') return page(this.quotas, input);
    if (operation === 'ListAWSDefaultServiceQuotas') return page(this.defaultQuotas, input);
    throw new WireError(400, 'UnknownOperationException', `the stand-in does not know ${operation}`);
  }

  #describeImages({ repositoryName, imageIds }: Json): unknown {
    const [{ imageTag }] = imageIds as [{ imageTag: string }];
    const name = `${repositoryName}:${imageTag}`;
    if (this.missingImages.has(name))
      throw new WireError(400, 'ImageNotFoundException', `The image with imageId ${name} does not exist.`);
    return { imageDetails: [{ repositoryName, imageTags: [imageTag], imageSizeInBytes: 412_000_000 }] };
  }
}

function page(quotas: ReadonlyMap<string, number>, { NextToken }: Json): unknown {
  const from = Number(NextToken ?? 0);
  const all = [...quotas].map(([QuotaName, Value]) => ({ QuotaName, Value, ServiceCode: 'sagemaker' }));
  return { Quotas: all.slice(from, from + 2), ...(from + 2 < all.length ? { NextToken: String(from + 2) } : {}) };
}
