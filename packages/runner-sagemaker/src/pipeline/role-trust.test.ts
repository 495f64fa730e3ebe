import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { AwsConnection } from '../aws/aws-connection.ts';
import { checkAws } from './doctor.ts';

let aws: StandIn;
let connection: AwsConnection;

beforeEach(async () => {
  aws = await startStandIn();
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  connection = new AwsConnection({ region: 'us-east-1', credentials, endpoint: aws.url });
});
afterEach(async () => {
  await connection.close();
  await aws.close();
});

const ROLE = 'arn:aws:iam::123456789012:role/service/Exec';

async function role() {
  const findings = await checkAws(connection, { roleArn: ROLE });
  return findings.find(({ check }) => check === 'role');
}

test('a role that SageMaker may assume is found by its name, whatever its path', async () => {
  expect(await role()).toEqual({ check: 'role', ok: true, message: `${ROLE}, which SageMaker may assume` });
  expect(aws.calls.at(-1)).toMatchObject({ operation: 'GetRole', target: 'Exec' });
});

test('a role that trusts another service is told with the statement that its trust policy lacks', async () => {
  aws.trust.set('Exec', 'lambda.amazonaws.com');
  expect(await role()).toMatchObject({
    ok: false,
    message: `SageMaker may not assume ${ROLE}`,
    hint: expect.stringContaining('"Principal":{"Service":"sagemaker.amazonaws.com"}'),
  });
});

test('a role that is not there is told', async () => {
  aws.trust.set('Exec', undefined);
  expect(await role()).toMatchObject({ ok: false, message: 'there is no role Exec in this account' });
});

test('who may not look at roles is told that the trust is unknown, and no more', async () => {
  aws.faults.add('GetRole', { kind: 'access-denied' });
  expect(await role()).toMatchObject({ ok: true, message: expect.stringContaining('iam:GetRole') });
});
