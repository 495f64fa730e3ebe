import type { Call } from './faults.ts';

/** Service prefixes of IAM, where they are not the service's own name. */
const PREFIXES: Readonly<Record<string, string>> = { runtime: 'sagemaker', 'bedrock-control': 'bedrock' };

/** Operations that are allowed under another name. */
const NAMES: Readonly<Record<string, string>> = {
  'bedrock:Converse': 'bedrock:InvokeModel',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
};

/** Allowed to everybody. */
const FREE: ReadonlySet<string> = new Set(['sts:GetCallerIdentity']);

/**
 * What IAM must allow for a call: its own action, and those of what it hands over: tags, a role, a guardrail.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function iamActions(
  { service, operation, target }: Pick<Call, 'service' | 'operation' | 'target'>,
  body: Buffer,
): string[] {
  const prefix = PREFIXES[service] ?? service;
  // Of a bucket itself, S3 has HeadBucket.
  const isBucket = service === 's3' && operation === 'HeadObject' && !/\/./.test(target);
  const own = isBucket ? 's3:ListBucket' : (NAMES[`${prefix}:${operation}`] ?? `${prefix}:${operation}`);
  if (FREE.has(own)) return [];
  if (prefix !== 'sagemaker' && prefix !== 'bedrock') return [own];
  const text = body.subarray(0, 2_000_000).toString('latin1');
  const isCreation = /^(Create|Update|Start)/.test(operation);
  const has = (pattern: RegExp): boolean => pattern.test(text);
  return [
    own,
    ...(isCreation && has(/"[Tt]ags":\s*\[\s*\{/)
      ? [prefix === 'bedrock' ? 'bedrock:TagResource' : 'sagemaker:AddTags']
      : []),
    ...(isCreation && has(/"(ExecutionRoleArn|RoleArn|roleArn)":/) ? ['iam:PassRole'] : []),
    ...(prefix === 'bedrock' && has(/"guardrailIdentifier":/) ? ['bedrock:ApplyGuardrail'] : []),
  ];
}
