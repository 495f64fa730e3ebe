import { AssayError, isAssayError } from '@assay/core';
import type { AwsConnection, ClientConfig } from '../aws/aws-connection.ts';
import { awsError, isNotFound } from '../aws/aws-error.ts';

const SERVICE = 'sagemaker.amazonaws.com';

/** The statement of a trust policy that lets SageMaker assume a role. */
export const TRUST_STATEMENT: string = JSON.stringify({
  Effect: 'Allow',
  Principal: { Service: SERVICE },
  Action: 'sts:AssumeRole',
});

/** Whether SageMaker may assume a role; `unknown` where one may not look at it. @throws AssayError when there is no such role */
export async function roleTrust(
  connection: AwsConnection,
  roleArn: string,
): Promise<'trusted' | 'untrusted' | 'unknown'> {
  const { GetRoleCommand } = await import('@aws-sdk/client-iam');
  const client = await connection.client('iam', openClient);
  // A role's name is unique whatever path stands before it.
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  try {
    const { Role } = await client.send(new GetRoleCommand({ RoleName }));
    const policy: unknown = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '{}'));
    return trusts(policy) ? 'trusted' : 'untrusted';
  } catch (thrown) {
    if (isNotFound(thrown))
      throw new AssayError('CONFIG_INVALID', `there is no role ${RoleName} in this account`, {
        hint: `create it with the trust statement ${TRUST_STATEMENT}`,
      });
    const error = awsError(thrown, { action: 'iam:GetRole', resource: roleArn, region: connection.region });
    if (isAssayError(error) && error.code === 'AWS_ACCESS_DENIED') return 'unknown';
    throw error;
  }
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Principal?: string | { readonly Service?: string | readonly string[] };
}

function trusts(policy: unknown): boolean {
  const { Statement = [] } = policy as { readonly Statement?: Statement | readonly Statement[] };
  return [Statement].flat().some(({ Effect, Action, Principal }: Statement) => {
    const services = typeof Principal === 'string' ? [Principal] : [Principal?.Service ?? []].flat();
    const actions = [Action ?? []].flat();
    return (
      Effect === 'Allow' &&
      services.some((service) => service === SERVICE || service === '*') &&
      actions.some((action) => ['sts:AssumeRole', 'sts:*', '*'].includes(action))
    );
  });
}

async function openClient(config: ClientConfig) {
  const { IAMClient } = await import('@aws-sdk/client-iam');
  return new IAMClient(config);
}
