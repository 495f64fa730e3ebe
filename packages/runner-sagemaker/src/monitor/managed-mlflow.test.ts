import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mlflowRegion, openManagedMlflow } from './managed-mlflow.ts';

interface Row {
  readonly arn: string;
  readonly token: string | null;
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const { at, rows } = JSON.parse(
  readFileSync(new URL('../../fixtures/mlflow/signed-by-plugin.json', import.meta.url), 'utf8'),
) as { readonly at: string; readonly rows: readonly Row[] };

test.each(rows)('$method $path of $arn is signed as AWS’s plugin signs it', async (row) => {
  const { arn, token, method, body, url, headers } = row;
  const credentials = {
    ...{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    ...(token === null ? {} : { sessionToken: token }),
  };
  const mlflow = openManagedMlflow(arn, {
    settings: { region: 'nowhere-1', credentials },
    now: () => Date.parse(at),
  });
  expect(url.startsWith(`${mlflow.url}/`)).toBe(true);
  const type = headers['content-type'];
  const sent = await mlflow.sign({
    ...{ method, url, body: body ?? undefined },
    headers: { accept: 'application/json', ...(type === undefined ? {} : { 'content-type': type }) },
  });
  await mlflow.close();
  const { connection: _, 'content-length': __, ...theirs } = headers;
  expect(sent).toEqual(theirs);
});

test('the plugin signed something', () => {
  expect(rows.length).toBeGreaterThan(20);
});

test.each([
  'arn:aws:sagemaker:us-east-1:1:mlflow-tracking-server/x',
  'arn:aws:s3:::bucket',
  'arn:aws:sagemaker:us-east-1:123456789012:endpoint/x',
])('%s is no managed MLflow', (arn) => {
  expect(() => mlflowRegion(arn)).toThrow('is no ARN of a managed MLflow');
});
