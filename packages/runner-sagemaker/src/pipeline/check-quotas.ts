import { type Instances, type InstanceUse, isAssayError, toAssayError } from '@assay/core';
import type { ServiceQuota } from '@aws-sdk/client-service-quotas';
import type { ClientConfig } from '../aws/aws-connection.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';
import type { DoctorFinding } from './doctor-finding.ts';

/** As Service Quotas names what an instance type may be used for. */
const USES: Readonly<Record<InstanceUse, string>> = {
  endpoint: 'endpoint usage',
  processing: 'processing job usage',
  training: 'training job usage',
  transform: 'transform job usage',
};

/**
 * Whether the account's quotas allow for the instances of a pipeline: the endpoints of all models at a time, of jobs the
 * largest. What is in use already, Service Quotas does not say. No finding where nothing is asked for.
 */
export async function checkQuotas(calls: ControlCalls, instances: readonly Instances[]): Promise<DoctorFinding[]> {
  const needed = new Map<string, number>();
  for (const { use, type, count } of instances) {
    const name = `${type} for ${USES[use]}`;
    const before = needed.get(name) ?? 0;
    needed.set(name, use === 'endpoint' ? before + count : Math.max(before, count));
  }
  if (needed.size === 0) return [];
  try {
    const known = await findQuotas(calls, new Set(needed.keys()));
    return [...needed].map(([name, count]) => finding(name, count, known.get(name)));
  } catch (thrown) {
    if (isAssayError(thrown) && thrown.code === 'AWS_ACCESS_DENIED')
      return [{ check: 'quota', ok: true, message: 'not known (it takes servicequotas:ListServiceQuotas)' }];
    const { message, hint } = toAssayError(thrown, 'AWS_SERVICE');
    return [{ check: 'quota', ok: false, message, ...(hint === undefined ? {} : { hint }) }];
  }
}

function finding(name: string, needed: number, allowed: number | undefined): DoctorFinding {
  if (allowed === undefined) return { check: 'quota', ok: true, message: `${name}: not known; needed: ${needed}` };
  const message = `${name}: ${allowed}; needed: ${needed}`;
  if (allowed >= needed) return { check: 'quota', ok: true, message };
  return {
    check: 'quota',
    ok: false,
    message,
    hint: 'ask for more in the Service Quotas console, or take another instance type',
  };
}

/** The account's own values, and for what it has none the defaults. @throws AssayError */
async function findQuotas(calls: ControlCalls, names: ReadonlySet<string>): Promise<Map<string, number>> {
  const { ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand } = await import(
    '@aws-sdk/client-service-quotas'
  );
  const client = await calls.connection.client('service-quotas', openClient);
  const found = new Map<string, number>();
  const take = (quotas: readonly ServiceQuota[] = []): void => {
    for (const { QuotaName: name = '', Value } of quotas)
      if (names.has(name) && Value !== undefined && !found.has(name)) found.set(name, Value);
  };
  for (const [operation, Command] of [
    ['ListServiceQuotas', ListServiceQuotasCommand],
    ['ListAWSDefaultServiceQuotas', ListAWSDefaultServiceQuotasCommand],
  ] as const) {
    let token: string | undefined;
    do {
      if (found.size === names.size) return found;
      const input = { ServiceCode: 'sagemaker', MaxResults: 100, ...(token === undefined ? {} : { NextToken: token }) };
      const page = await calls.call(
        operation,
        'sagemaker',
        (abortSignal) => client.send(new Command(input), { abortSignal }),
        { service: 'servicequotas' },
      );
      take(page.Quotas);
      token = page.NextToken;
    } while (token !== undefined);
  }
  return found;
}

async function openClient(config: ClientConfig) {
  const { ServiceQuotasClient } = await import('@aws-sdk/client-service-quotas');
  return new ServiceQuotasClient(config);
}
