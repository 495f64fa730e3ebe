import type { IncomingHttpHeaders } from 'node:http';
import { definitionProblems } from '../../src/pipeline/check-definition.ts';
import type { PipelineDefinition } from '../../src/pipeline/definition.ts';
import { crossProblems } from '../../src/validation/cross-rules.ts';
import { serviceShapes } from '../../src/validation/generated/service-shapes.ts';
import { type RequestProblem, requestProblems } from '../../src/validation/validate-request.ts';
import type { Call } from './faults.ts';
import { validationException, WireError } from './wire-error.ts';

/** As botocore names the services of calls whose requests are JSON. */
const SERVICES: Readonly<Record<string, string>> = {
  sagemaker: 'sagemaker',
  ecr: 'ecr',
  servicequotas: 'service-quotas',
  'application-autoscaling': 'application-autoscaling',
};

/** Refuses what the service's own model, or AWS's words about members, would refuse. @throws WireError */
export function refuseInvalid(call: Call, body: Buffer): void {
  const problems = problemsOf(call, body);
  if (problems.length === 0) return;
  const said = problems.map(({ member, message }) => `Value at '${member}' failed to satisfy constraint: ${message}`);
  const text = `${problems.length} validation error detected: ${said.join('; ')}`;
  throw call.service === 'runtime' ? new WireError(400, 'ValidationError', text) : validationException(text);
}

/** The definition of Create- or UpdatePipeline. @throws WireError for one that Pipelines, or a service behind a step, would refuse */
// biome-ignore lint/suspicious/noExplicitAny: a definition of whoever asks, held against the service's models
export function readDefinition({ PipelineDefinition: text }: Readonly<Record<string, unknown>>): any {
  const definition = JSON.parse(String(text)) as PipelineDefinition;
  const [first] = definitionProblems(definition);
  if (first !== undefined) throw validationException(`Unable to parse pipeline definition. ${first}`);
  return definition;
}

/** A step's job with its references resolved, as the service behind it sees it. @throws Error */
export function refuseInvalidJob(kind: 'Processing' | 'Training', input: unknown): void {
  const operation = `Create${kind}Job`;
  const given = new Set([`${kind}JobName`]);
  const [first] = [
    ...(requestProblems('sagemaker', operation, input, { given }) ?? []),
    ...crossProblems(operation, input),
  ];
  if (first !== undefined) throw new Error(`ClientError: ${first.member} ${first.message}`);
}

function problemsOf(call: Call, body: Buffer): RequestProblem[] {
  const { service, operation } = call;
  if (service === 'runtime') return requestProblems('sagemaker-runtime', operation, invocation(call, body)) ?? [];
  if (service === 'bedrock') return requestProblems('bedrock-runtime', operation, asked(call, body)) ?? [];
  if (service === 'bedrock-control') return jobProblems(call, body);
  const name = service === 'cloudwatch' && /Alarm/.test(operation) ? 'cloudwatch' : SERVICES[service];
  if (name === undefined) return [];
  const input = JSON.parse(body.toString('utf8') || '{}');
  const found = requestProblems(name, operation, input);
  if (found === undefined)
    return [{ member: operation, message: 'is not in the table: add it to scripts/build-service-shapes.py' }];
  return [...found, ...(service === 'sagemaker' ? crossProblems(operation, input) : [])];
}

/** Of Bedrock's batches: what travels in the path and the query joins the body. */
function jobProblems({ operation, target }: Call, body: Buffer): RequestProblem[] {
  const given = JSON.parse(body.toString('utf8') || '{}');
  return (
    requestProblems('bedrock', operation, { ...given, ...(target === '*' ? {} : { jobIdentifier: target }) }) ?? []
  );
}

function invocation({ operation, target, headers }: Call, body: Buffer): Record<string, unknown> {
  return {
    EndpointName: target,
    ...fromHeaders('sagemaker-runtime', operation, headers),
    // Only the length of a body is limited.
    ...(operation === 'InvokeEndpointAsync' && body.length === 0 ? {} : { Body: body.toString('latin1') }),
  };
}

function asked({ operation, target, headers }: Call, body: Buffer): Record<string, unknown> {
  const parts = operation === 'Converse' ? JSON.parse(body.toString('utf8')) : { body: body.toString('latin1') };
  return { modelId: target, ...fromHeaders('bedrock-runtime', operation, headers), ...parts };
}

/** Members that travel as headers. Numbers among them are text on the wire. */
function fromHeaders(service: string, operation: string, headers: IncomingHttpHeaders): Record<string, unknown> {
  const { operations, shapes } = serviceShapes[service]!;
  const input = shapes[operations[operation] ?? ''];
  return Object.fromEntries(
    Object.entries(input?.h ?? {}).flatMap(([member, header]) => {
      const text = headers[header];
      if (typeof text !== 'string') return [];
      const isNumber = shapes[input?.m?.[member] ?? '']?.t === 'integer';
      return [[member, isNumber ? Number(text) : text]];
    }),
  );
}
