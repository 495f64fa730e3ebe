import { type CrossRule, type Json, list, object, problem } from './cross-rule.ts';
import type { RequestProblem } from './validate-request.ts';

const PACKAGE = 'CreateModelPackage';
const OPERATIONS = ['CreateModel', PACKAGE];

/** Containers of a request to CreateModel or CreateModelPackage, with their places. */
function containers(input: Json): (readonly [at: string, container: Json])[] {
  const packaged = list(object(input.InferenceSpecification).Containers);
  return [
    ...(input.PrimaryContainer === undefined ? [] : [['PrimaryContainer', object(input.PrimaryContainer)] as const]),
    ...packaged.map((each, i) => [`InferenceSpecification.Containers[${i}]`, each] as const),
  ];
}

const ofContainers = (rule: (at: string, container: Json) => readonly RequestProblem[]): CrossRule => ({
  operations: OPERATIONS,
  problems: (input) => containers(input).flatMap(([at, container]) => rule(at, container)),
});

/** A rule about weights that lie under a prefix. */
const ofSources = (rule: (at: string, source: Json, uri: string) => readonly RequestProblem[]): CrossRule =>
  ofContainers((at, container) => {
    const source = object(object(container.ModelDataSource).S3DataSource);
    return rule(`${at}.ModelDataSource.S3DataSource`, source, String(source.S3Uri ?? ''));
  });

const isGated = (uri: string): boolean => uri.startsWith('s3://jumpstart-private-cache-prod-');

export const containerRules = {
  'one place of weights': ofContainers((at, { ModelDataUrl, ModelDataSource }) =>
    problem(
      `${at}.ModelDataSource`,
      'stands beside ModelDataUrl: one of the two',
      ModelDataUrl !== undefined && ModelDataSource !== undefined,
    ),
  ),
  'a package brings its image': ofContainers((at, { ModelPackageName, Image }) =>
    problem(
      `${at}.ModelPackageName`,
      'stands beside Image: a package brings its own',
      ModelPackageName !== undefined && Image !== undefined,
    ),
  ),
  'a prefix ends with a slash': ofSources((at, { S3DataType }, uri) =>
    problem(
      `${at}.S3Uri`,
      'is a prefix that does not end with a slash',
      S3DataType === 'S3Prefix' && !uri.endsWith('/'),
    ),
  ),
  'an object does not': ofSources((at, { S3DataType }, uri) =>
    problem(`${at}.S3Uri`, 'is one object and ends with a slash', S3DataType === 'S3Object' && uri.endsWith('/')),
  ),
  'a gated licence is accepted': ofSources((at, { ModelAccessConfig }, uri) =>
    problem(
      `${at}.ModelAccessConfig`,
      'does not accept the licence of a gated model',
      isGated(uri) && object(ModelAccessConfig).AcceptEula !== true,
    ),
  ),
  'a gated model has a source': ofContainers((at, { ModelDataUrl }) =>
    problem(
      `${at}.ModelDataUrl`,
      'is of a gated model, whose licence only ModelDataSource can accept',
      isGated(String(ModelDataUrl ?? '')),
    ),
  ),
} satisfies Readonly<Record<string, CrossRule>>;
