import { expect, test } from 'vitest';
import { awsError, endsTheRun } from './aws-error.ts';

const tried = { action: 'sagemaker:InvokeEndpoint', resource: 'endpoint/e', region: 'mars-north-1' };
const thrown = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

test.each([
  ['no credentials', thrown('CredentialsProviderError', 'Could not load credentials from any providers')],
  ['expired ones', thrown('ExpiredTokenException', 'The security token included in the request is expired')],
  ['ones that sign wrongly', thrown('InvalidSignatureException', 'The request signature does not match')],
])('%s end the run, and --resume goes on', (_, error) => {
  const mapped = awsError(error, tried);
  expect(mapped).toMatchObject({
    code: 'AWS_CREDENTIALS',
    retryable: false,
    hint: expect.stringContaining('--resume'),
  });
  expect(endsTheRun(mapped)).toBe(true);
});

test('a host that is not there asks whether the region is right', () => {
  const error = thrown('Error', 'getaddrinfo ENOTFOUND runtime.sagemaker.mars-north-1.amazonaws.com', {
    code: 'ENOTFOUND',
  });
  expect(awsError(error, tried)).toMatchObject({
    code: 'AWS_SERVICE',
    hint: expect.stringContaining('"mars-north-1"'),
  });
});

test.each([
  ['SageMaker', thrown('ResourceLimitExceeded', 'The account-level service limit is 0 Instances')],
  ['others', thrown('ServiceQuotaExceededException', 'quota')],
])('a quota of %s is not tried again', (_, error) => {
  expect(awsError(error, tried)).toMatchObject({ code: 'AWS_QUOTA', retryable: false });
});
