import { validationException, WireError } from './wire-error.ts';

const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export type Input = Readonly<Record<string, unknown>>;

export const limitExceeded = (): WireError =>
  new WireError(
    400,
    'ResourceLimitExceeded',
    "The account-level service limit 'ml.g5.2xlarge for endpoint usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances.",
  );

export const notFound = (what: string, arn: string): WireError =>
  validationException(`Could not find ${what} "${arn}".`);

export function tagsIn(input: Input): Tag[] {
  const tags = (input.Tags as Tag[] | undefined) ?? [];
  if (tags.length > 50) throw validationException('Value at "tags" failed to satisfy constraint: at most 50 tags');
  for (const { Key, Value } of tags) {
    if (Key.startsWith('aws:') || Key.length > 128 || Value.length > 256)
      throw validationException(`Value at "tags" failed to satisfy constraint: ${Key}`);
  }
  return tags;
}

/** `my-hub/ModelReference/some-model`, of a hub by name or ARN. */
export const hubPath = ({ HubName, HubContentType, HubContentName }: Input): string =>
  `${String(HubName).split('hub/').at(-1)}/${HubContentType}/${HubContentName}`;

export function checkName(what: string, name: unknown): string {
  if (typeof name !== 'string' || name.length > 63 || !NAME.test(name)) {
    throw validationException(
      `1 validation error detected: Value '${String(name)}' at '${what}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`,
    );
  }
  return name;
}
