import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@assay/core';
import type { VendorOptions } from '../../../core/test/batch/vendor-jobs.ts';
import { Bedrock } from './bedrock.ts';
import { CloudWatch } from './cloudwatch.ts';
import { limitExceeded } from './control-checks.ts';
import { ControlPlane, type ControlPlaneOptions } from './control-plane.ts';
import { modelStreamError, payloadPart } from './event-stream.ts';
import { type Call, type Fault, Faults } from './faults.ts';
import { iamActions } from './iam-actions.ts';
import { type ComponentOptions, InferenceComponents } from './inference-components.ts';
import { InvocationJobs } from './invocation-jobs.ts';
import { Neighbours } from './neighbours.ts';
import { ObjectStore } from './object-store.ts';
import { Pipelines } from './pipelines.ts';
import { refuseInvalid } from './refuse-invalid.ts';
import { modelError, Runtime } from './runtime.ts';
import { TransformJobs } from './transform-jobs.ts';
import { VirtualClock } from './virtual-clock.ts';
import { validationException, WireError } from './wire-error.ts';

export interface StandInOptions extends ControlPlaneOptions, ComponentOptions {
  readonly clock?: Clock;
  /** How long an asynchronous answer takes, in milliseconds of the clock. */
  readonly asyncMs?: number;
  /** Keys on one page of ListObjectsV2. */
  readonly objectsPerPage?: number;
  /** How Bedrock's batches go. */
  readonly batches?: VendorOptions;
}

export interface StandIn {
  readonly url: string;
  readonly clock: Clock;
  readonly control: ControlPlane;
  readonly components: InferenceComponents;
  readonly runtime: Runtime;
  readonly bedrock: Bedrock;
  readonly invocationJobs: InvocationJobs;
  readonly store: ObjectStore;
  readonly pipelines: Pipelines;
  readonly transforms: TransformJobs;
  readonly cloudwatch: CloudWatch;
  /** Services that may assume a role, by its name; undefined for a role that is not there. Others trust SageMaker. */
  readonly trust: Map<string, string | undefined>;
  readonly neighbours: Neighbours;
  readonly faults: Faults;
  /** Every call that arrived, in order. */
  readonly calls: readonly Call[];
  /** Requests under way at most at the same time. */
  readonly peak: () => number;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Several chunks are sent as a stream. */
  readonly chunks: readonly (Uint8Array | string)[];
}

/** A small AWS on loopback that speaks the services' real protocols. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const clock = options.clock ?? new VirtualClock();
  const control = new ControlPlane(clock, options);
  const store = new ObjectStore(clock, options.objectsPerPage);
  const pipelines = new Pipelines(clock, store);
  const transforms = new TransformJobs(clock, store, control);
  const components = new InferenceComponents(clock, control, options);
  const runtime = new Runtime(clock, control, store, components, options.asyncMs);
  const bedrock = new Bedrock();
  const invocationJobs = new InvocationJobs(store, { now: () => clock.now(), ...options.batches });
  const cloudwatch = new CloudWatch((arn) => components.hasPolicy(arn));
  control.isOccupied = (endpoint) => components.isOn(endpoint);
  control.elsewhere = () => [...components.inventory(), ...cloudwatch.inventory()];
  const trust = new Map<string, string | undefined>();
  const neighbours = new Neighbours();
  const faults = new Faults();
  const calls: Call[] = [];
  let underWay = 0;
  let peak = 0;

  const answer = async (call: Call, request: IncomingMessage, body: Buffer): Promise<Reply> => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    refuseInvalid(call, body);
    if (call.service === 'sagemaker') {
      const input = JSON.parse(body.toString('utf8') || '{}');
      const ofPipelines =
        pipelines.operations[call.operation] ??
        transforms.operations[call.operation] ??
        components.operations[call.operation];
      const arn = String(input.ResourceArn);
      const tagged = call.operation === 'ListTags' ? (transforms.tagsOf(arn) ?? components.tagsOf(arn)) : undefined;
      if (tagged !== undefined) return jsonReply(200, { Tags: tagged }, 'application/x-amz-json-1.1');
      const output = ofPipelines === undefined ? control.handle(call.operation, input) : ofPipelines(input);
      return jsonReply(200, output ?? {}, 'application/x-amz-json-1.1');
    }
    if (call.service === 'application-autoscaling')
      return jsonReply(200, components.operations[call.operation]!(JSON.parse(body.toString('utf8') || '{}')));
    if (call.service === 'ecr' || call.service === 'servicequotas')
      return jsonReply(200, neighbours.handle(call.operation, JSON.parse(body.toString('utf8') || '{}')));
    if (call.service === 'sts') return stsReply();
    if (call.service === 'iam') return iamReply(call.target, trust);
    if (call.service === 'cloudwatch')
      return jsonReply(200, cloudwatch.handle(call.operation, body, request.headers['content-encoding']));
    if (call.service === 'bedrock-control')
      return jsonReply(200, invocationJobs.handle(call.operation, call.target, url.searchParams, body));
    if (call.service === 'bedrock') return jsonReply(200, bedrock.handle(call.operation, call.target, body));
    if (call.service === 's3') {
      const reply = store.handle({
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body,
      });
      return { status: reply.status, headers: reply.headers, chunks: [reply.body] };
    }
    const invocation = { endpoint: call.target, body, headers: request.headers };
    if (call.operation === 'InvokeEndpointAsync') {
      const headers = await runtime.invokeAsync(invocation);
      return { status: 202, headers, chunks: [JSON.stringify({ InferenceId: 'stand-in' })] };
    }
    const { body: text, parts } = await runtime.invoke(invocation);
    const variant = { 'x-amzn-invoked-production-variant': 'AllTraffic' };
    if (call.operation === 'InvokeEndpointWithResponseStream') {
      const frames = (parts ?? [text]).map((part) => payloadPart(Buffer.from(part)));
      const headers = { 'content-type': 'application/vnd.amazon.eventstream', ...variant };
      return { status: 200, headers, chunks: frames };
    }
    return { status: 200, headers: { 'content-type': 'application/json', ...variant }, chunks: [text] };
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const seen = identify(request, body);
      const actions = iamActions(seen, body);
      const call = { ...seen, actions, number: calls.length + 1, headers: request.headers };
      calls.push(call);
      underWay += 1;
      peak = Math.max(peak, underWay);
      response.once('close', () => {
        underWay -= 1;
      });
      const fault = faults.take(call);
      void serve(call, fault, () => answer(call, request, Buffer.concat(chunks)), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    clock,
    control,
    components,
    runtime,
    bedrock,
    invocationJobs,
    store,
    pipelines,
    transforms,
    cloudwatch,
    trust,
    neighbours,
    faults,
    calls,
    peak: () => peak,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  call: Call,
  fault: Fault | undefined,
  answer: () => Promise<Reply>,
  response: ServerResponse,
): Promise<void> {
  if (fault?.kind === 'reset' || (fault?.kind === 'death' && !fault.isDone)) {
    if (fault.kind === 'death') fault.kill();
    response.socket?.destroy();
    return;
  }
  if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
  let reply: Reply;
  try {
    if (fault !== undefined) raise(fault, call);
    reply = await answer();
  } catch (thrown) {
    reply = errorReply(call, thrown);
  }
  if (fault?.kind === 'reset-after' || fault?.kind === 'death') {
    if (fault.kind === 'death') fault.kill();
    response.socket?.destroy();
    return;
  }
  if (fault?.kind === 'wrong-body') reply = { ...reply, chunks: [fault.body] };
  if (fault?.kind === 'stream-error')
    reply = {
      ...reply,
      chunks: [reply.chunks[0] ?? '', modelStreamError('worker died', 'ModelInvocationTimeExceeded')],
    };
  response.writeHead(reply.status, { ...reply.headers, 'x-amzn-requestid': `stand-in-${call.number}` });
  if (fault?.kind === 'cut') {
    const whole = Buffer.concat(reply.chunks.map((chunk) => Buffer.from(chunk)));
    response.write(whole.subarray(0, Math.ceil(whole.length / 2)), () => response.socket?.destroy());
    return;
  }
  for (const chunk of reply.chunks) response.write(chunk);
  response.end();
}

function raise(fault: Fault, call: Call): void {
  switch (fault.kind) {
    case 'throttle': {
      const headers: Record<string, string> =
        fault.retryAfterS === undefined ? {} : { 'retry-after': String(fault.retryAfterS) };
      const status = call.service === 'bedrock' ? 429 : 400;
      throw new WireError(status, call.service === 's3' ? 'SlowDown' : 'ThrottlingException', '', {}, headers);
    }
    case 'not-ready':
      throw new WireError(429, 'ModelNotReadyException', 'The model is not ready.');
    case 'server-error':
      throw new WireError(
        fault.status ?? 500,
        fault.status === 503 ? 'ServiceUnavailable' : 'InternalFailure',
        'The service has failed.',
      );
    case 'model-error':
      throw modelError(fault.originalStatus, fault.message ?? 'out of memory', call.target);
    case 'access-denied':
      throw new WireError(
        call.service === 'sagemaker' ? 400 : 403,
        call.service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
        `User: arn:aws:sts::123456789012:assumed-role/eval/me is not authorized to perform: ${call.service === 'sagemaker' || call.service === 'runtime' ? 'sagemaker' : call.service}:${call.operation} on resource: ${call.target} because no identity-based policy allows the action`,
      );
    case 'validation':
      throw call.service === 'runtime'
        ? new WireError(400, 'ValidationError', fault.message ?? 'not valid')
        : validationException(fault.message ?? 'not valid');
    case 'limit-exceeded':
      throw limitExceeded();
    case 'expired-token':
      throw new WireError(403, 'ExpiredTokenException', 'The security token included in the request is expired');
    default:
  }
}

function errorReply(call: Call, thrown: unknown): Reply {
  const error = thrown instanceof WireError ? thrown : new WireError(500, 'InternalFailure', (thrown as Error).message);
  const message = error.message === '' ? null : error.message;
  if (call.service === 's3') {
    const body = `<?xml version="1.0"?><Error><Code>${error.type}</Code><Message>${error.message}</Message></Error>`;
    return { status: error.status, headers: { ...error.headers, 'content-type': 'application/xml' }, chunks: [body] };
  }
  if (call.service === 'iam') {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${error.type}</Code><Message>${error.message}</Message></Error></ErrorResponse>`;
    return { status: error.status, headers: { ...error.headers, 'content-type': 'text/xml' }, chunks: [body] };
  }
  const headers = { ...error.headers, 'x-amzn-errortype': error.type };
  const body = call.service === 'sagemaker' ? { __type: error.type, message } : { Message: message, message };
  return jsonReply(error.status, { ...body, ...error.detail }, 'application/json', headers);
}

function jsonReply(
  status: number,
  body: unknown,
  contentType = 'application/json',
  headers: Record<string, string> = {},
): Reply {
  return { status, headers: { ...headers, 'content-type': contentType }, chunks: [JSON.stringify(body)] };
}

function stsReply(): Reply {
  const body =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/eval/me</Arn><UserId>AROA:me</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
  return { status: 200, headers: { 'content-type': 'text/xml' }, chunks: [body] };
}

function iamReply(role: string, trust: ReadonlyMap<string, string | undefined>): Reply {
  const service = trust.has(role) ? trust.get(role) : 'sagemaker.amazonaws.com';
  const xml = { 'content-type': 'text/xml' };
  if (service === undefined) {
    const error = `<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role with name ${role} cannot be found.</Message></Error></ErrorResponse>`;
    return { status: 404, headers: xml, chunks: [error] };
  }
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
  const body = `<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role><Path>/</Path><RoleName>${role}</RoleName><RoleId>AROA</RoleId><Arn>arn:aws:iam::123456789012:role/${role}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${encodeURIComponent(JSON.stringify(policy))}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`;
  return { status: 200, headers: xml, chunks: [body] };
}

function operationOf(method: string | undefined, job: string | undefined, stop: string | undefined): string {
  if (stop !== undefined) return 'StopModelInvocationJob';
  if (job !== undefined) return 'GetModelInvocationJob';
  return method === 'POST' ? 'CreateModelInvocationJob' : 'ListModelInvocationJobs';
}

const RUNTIME_OPERATIONS: Readonly<Record<string, string>> = {
  invocations: 'InvokeEndpoint',
  'async-invocations': 'InvokeEndpointAsync',
  'invocations-response-stream': 'InvokeEndpointWithResponseStream',
};
const S3_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
  GET: 'GetObject',
};

function identify(request: IncomingMessage, body: Buffer): Pick<Call, 'service' | 'operation' | 'target'> {
  const target = request.headers['x-amz-target'];
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
  if (typeof target === 'string' && target.startsWith('SageMaker.')) {
    const input = JSON.parse(body.toString('utf8') || '{}') as Record<string, unknown>;
    const name =
      input.InferenceComponentName ??
      input.EndpointName ??
      input.EndpointConfigName ??
      input.ModelName ??
      input.PipelineName ??
      '*';
    return { service: 'sagemaker', operation: target.slice('SageMaker.'.length), target: String(name) };
  }
  if (typeof target === 'string' && target.startsWith('GraniteServiceVersion20100801.'))
    return { service: 'cloudwatch', operation: target.slice(target.indexOf('.') + 1), target: '*' };
  if (typeof target === 'string' && target.startsWith('AnyScaleFrontendService.'))
    return { service: 'application-autoscaling', operation: target.slice(target.indexOf('.') + 1), target: '*' };
  const neighbour = /^(AmazonEC2ContainerRegistry|ServiceQuotas)\w*\.(\w+)$/.exec(String(target ?? ''));
  if (neighbour !== null)
    return {
      service: neighbour[1] === 'ServiceQuotas' ? 'servicequotas' : 'ecr',
      operation: neighbour[2]!,
      target: '*',
    };
  const invocation = /^\/endpoints\/([^/]+)\/([a-z-]+)$/.exec(pathname);
  if (invocation !== null)
    return {
      service: 'runtime',
      operation: RUNTIME_OPERATIONS[invocation[2]!] ?? 'Unknown',
      target: decodeURIComponent(invocation[1]!),
    };
  const bedrock = /^\/model\/([^/]+)\/(converse|invoke)$/.exec(pathname);
  if (bedrock !== null)
    return {
      service: 'bedrock',
      operation: bedrock[2] === 'converse' ? 'Converse' : 'InvokeModel',
      target: decodeURIComponent(bedrock[1]!),
    };
  const job = /^\/model-invocation-jobs?(?:\/([^/]+))?(\/stop)?$/.exec(pathname);
  if (job !== null)
    return {
      service: 'bedrock-control',
      operation: operationOf(request.method, job[1], job[2]),
      target: decodeURIComponent(job[1] ?? '*'),
    };
  const role = /^Action=GetRole&.*RoleName=([^&]+)|RoleName=([^&]+).*&Action=GetRole/.exec(body.toString('utf8'));
  if (pathname === '/' && role !== null)
    return { service: 'iam', operation: 'GetRole', target: decodeURIComponent(role[1] ?? role[2] ?? '') };
  if (pathname === '/' && request.method === 'POST')
    return { service: 'sts', operation: 'GetCallerIdentity', target: '*' };
  const isList = searchParams.has('list-type');
  const operation = isList ? 'ListObjectsV2' : (S3_OPERATIONS[request.method ?? ''] ?? 'Unknown');
  return { service: 's3', operation, target: decodeURIComponent(pathname).slice(1) };
}
