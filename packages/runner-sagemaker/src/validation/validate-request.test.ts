import { expect, test } from 'vitest';
import { serviceShapes } from './generated/service-shapes.ts';
import { javaPattern } from './java-pattern.ts';
import { requestProblems } from './validate-request.ts';

const MODEL = {
  ModelName: 'a-model',
  ExecutionRoleArn: 'arn:aws:iam::123456789012:role/Exec',
  PrimaryContainer: { Image: 'img:1', Environment: { A: 'b' } },
  Tags: [{ Key: 'assay:run-id', Value: 'x' }],
};
const problemsOf = (change: (model: Record<string, unknown>) => void) => {
  const model = structuredClone(MODEL) as Record<string, unknown>;
  change(model);
  return requestProblems('sagemaker', 'CreateModel', model)?.map(({ member, message }) => `${member} ${message}`);
};

test('a sound request has no problems; an operation outside the table is not judged', () => {
  expect(problemsOf(() => {})).toEqual([]);
  expect(requestProblems('sagemaker', 'CreateUniverse', {})).toBeUndefined();
  expect(requestProblems('nobody', 'CreateModel', {})).toBeUndefined();
});

test.each([
  ['a required member', 'ModelName is missing', (m) => delete m.ModelName],
  ['a member that there is not', 'Modelname is not known to AWS', (m) => (m.Modelname = 'x')],
  ['a pattern', 'ModelName is "bad name"', (m) => (m.ModelName = 'bad name')],
  ['a length', 'ModelName has 64 characters, where AWS takes 63', (m) => (m.ModelName = 'a'.repeat(64))],
  [
    'a type',
    'EnableNetworkIsolation is "yes", where AWS takes true or false',
    (m) => (m.EnableNetworkIsolation = 'yes'),
  ],
  [
    'a value of a map',
    'PrimaryContainer.Environment.A has 1025 characters',
    (m) => (m.PrimaryContainer = { Environment: { A: 'x'.repeat(1025) } }),
  ],
  [
    'a key of a map',
    'PrimaryContainer.Environment (its key "a b")',
    (m) => (m.PrimaryContainer = { Environment: { 'a b': 'x' } }),
  ],
  ['an entry of a list', 'Tags[0].Key is missing', (m) => (m.Tags = [{ Value: 'x' }])],
  [
    'entries of a list',
    'Tags has 51 entries, where AWS takes 50',
    (m) => (m.Tags = Array(51).fill({ Key: 'a', Value: 'b' })),
  ],
  ['an object', 'PrimaryContainer is 3, where AWS takes an object', (m) => (m.PrimaryContainer = 3)],
  ['a list', 'Tags is {}, where AWS takes a list', (m) => (m.Tags = {})],
] as [string, string, (model: Record<string, unknown>) => void][])('%s is held', (_, expected, change) => {
  expect(problemsOf(change)).toContainEqual(expect.stringContaining(expected));
});

test('ranges and enums are held, instance types that are new only where that is asked for', () => {
  const config = (variant: object) => ({
    EndpointConfigName: 'c',
    ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'm', InitialInstanceCount: 1, ...variant }],
  });
  const messages = (variant: object, options = {}) =>
    requestProblems('sagemaker', 'CreateEndpointConfig', config(variant), options)?.map(({ message }) => message);
  expect(messages({ InstanceType: 'ml.g5.2xlarge' })).toEqual([]);
  expect(messages({ InstanceType: 'ml.g99.2xlarge' })).toEqual([expect.stringContaining('none of')]);
  expect(messages({ InstanceType: 'ml.g99.2xlarge' }, { allowsNewInstanceTypes: true })).toEqual([]);
  expect(messages({ InitialInstanceCount: 0 })).toEqual(['is 0, where AWS takes 1 and more']);
  expect(messages({ ModelDataDownloadTimeoutInSeconds: 3601 })).toEqual(['is 3601, where AWS takes at most 3600']);
  expect(messages({ InitialInstanceCount: 1.5 })).toEqual(['is 1.5, where AWS takes a whole number']);
});

test('every pattern of the table can be compiled, and the odd ones mean what Java means', () => {
  for (const { shapes } of Object.values(serviceShapes))
    for (const { p } of Object.values(shapes)) if (p !== undefined) expect(() => javaPattern(p), p).not.toThrow();
  const metadata = `${'([\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*)$'}{1,256}`;
  expect(javaPattern(metadata).test('0.4 to 0.6')).toBe(true);
  expect(javaPattern(metadata).test('0.4 … 0.6')).toBe(false);
  expect(javaPattern('\\A\\S[\\p{Print}]*\\z').test('x y')).toBe(true);
  expect(javaPattern('\\A\\S[\\p{Print}]*\\z').test('x\u00e9')).toBe(false);
});
