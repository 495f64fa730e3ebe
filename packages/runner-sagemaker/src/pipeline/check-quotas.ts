import { type AwsConfig, isAssayError, toAssayError } from '@assay/core';
import type { ServiceQuota } from '@aws-sdk/client-service-quotas';
import type { ClientConfig } from '../aws/aws-connection.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import { type QuotaProblem, quotaHint, quotaName, useProblem } from './quota-problems.ts';
import type { QuotaUse } from './quota-use.ts';

/**
 * Whether the account's quotas allow for what a pipeline has under way. What is in use already, Service Quotas does not
 * say; quotas that it does not know are those of the config. No finding where nothing is asked for.
 */
export async function checkQuotas(
  calls: ControlCalls,
  uses: readonly QuotaUse[],
  aws: AwsConfig | undefined,
): Promise<DoctorFinding[]> {
  if (uses.length === 0) return [];
  const names = uses.flatMap(({ use, type }) => (type === undefined ? [] : [quotaName(use, type)]));
  try {
    const known = await findQuotas(calls, new Set(names));
    return uses.flatMap((use) => findingOf(use, known, aws));
  } catch (thrown) {
    const unasked = uses.flatMap((use) => useProblem(use, aws).map(missing));
    if (isAssayError(thrown) && thrown.code === 'AWS_ACCESS_DENIED')
      return [
        { check: 'quota', ok: true, message: 'not known (it takes servicequotas:ListServiceQuotas)' },
        ...unasked,
      ];
    const { message, hint } = toAssayError(thrown, 'AWS_SERVICE');
    return [{ check: 'quota', ok: false, message, ...(hint === undefined ? {} : { hint }) }, ...unasked];
  }
}

const missing = (problem: QuotaProblem): DoctorFinding => ({
  check: 'quota',
  ok: false,
  message: problem.message,
  hint: quotaHint(problem),
});

/** The account's own value decides; what the config states, where the account's is not known. */
function findingOf(use: QuotaUse, known: ReadonlyMap<string, number>, aws: AwsConfig | undefined): DoctorFinding[] {
  const name = use.type === undefined ? undefined : quotaName(use.use, use.type);
  if (name !== undefined && known.has(name)) return [finding(name, use.count, known.get(name))];
  const problems = useProblem(use, aws).map(missing);
  return problems.length > 0 || name === undefined ? problems : [finding(name, use.count, undefined)];
}

function finding(name: string, needed: number, allowed: number | undefined): DoctorFinding {
  if (allowed === undefined) return { check: 'quota', ok: true, message: `${name}: not known; needed: ${needed}` };
  const message = `${name}: ${allowed}; needed: ${needed}`;
  if (allowed >= needed) return { check: 'quota', ok: true, message };
  const hint = `ask for ${needed} in the Service Quotas console, or take another instance type`;
  if (allowed > 0) return { check: 'quota', ok: false, message, hint };
  // Of accelerated types AWS gives nobody any unasked.
  return { check: 'quota', ok: false, message, hint: `a new account begins with 0 of many types: ${hint}` };
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
