import type { Clock } from '@assay/core';
import type { DescribeHubContentCommandOutput, HubContentType } from '@aws-sdk/client-sagemaker';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { isNotFound } from '../aws/aws-error.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { chooseHubVersion } from './choose-version.ts';
import { type CachedDocument, documentDigest } from './document-cache.ts';
import type { DocumentFinder } from './document-source.ts';
import { readDocument } from './jumpstart-document.ts';

export const PUBLIC_HUB = 'SageMakerPublicHub';

/**
 * Content of a hub: SageMaker's public one, or one of the user's own, whose references to public models are found before its
 * own models. @param hub name or ARN
 */
export function hubContent(
  connection: AwsConnection,
  clock: Clock,
  hub: string,
  keep: (document: CachedDocument) => Promise<void>,
): DocumentFinder {
  const calls = new ControlCalls(connection, clock);
  const isPrivateHub = !isPublicHub(hub);
  const types: readonly HubContentType[] = isPrivateHub ? ['ModelReference', 'Model'] : ['Model'];
  return async ({ modelId, version: request }) => {
    for (const type of types) {
      const version = await versionOf(calls, hub, type, modelId, request);
      if (version === undefined) continue;
      const found = await describe(calls, hub, type, modelId, version === '*' ? undefined : version);
      if (found?.HubContentDocument === undefined) continue;
      const { HubContentDocument: text, HubContentVersion: exact = version, HubContentArn: arn } = found;
      const region = arn?.split(':')[3] || connection.region;
      const hubContent =
        isPrivateHub && arn !== undefined ? { arn, isReference: type === 'ModelReference' } : undefined;
      const kind = 'hub';
      await keep({ kind, modelId, version: exact, region, text, hubContent });
      const document = readDocument(text, kind, `${modelId} ${exact}`, region);
      return { kind, modelId, version: exact, region, document, digest: documentDigest(text), hubContent };
    }
    return undefined;
  };
}

export const isPublicHub = (hub: string): boolean => hub === PUBLIC_HUB || hub.endsWith(`:hub/${PUBLIC_HUB}`);

/** An exact version as it is, `*` left to AWS; a pattern chosen of what the hub lists. Undefined where it has none. */
async function versionOf(
  calls: ControlCalls,
  hub: string,
  type: HubContentType,
  modelId: string,
  request: string,
): Promise<string | undefined> {
  if (!request.includes('*') || request === '*') return request;
  const versions = await listVersions(calls, hub, type, modelId);
  return versions.length === 0 ? undefined : chooseHubVersion(versions, request);
}

async function listVersions(
  calls: ControlCalls,
  hub: string,
  type: HubContentType,
  modelId: string,
): Promise<string[]> {
  const { ListHubContentVersionsCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const versions: string[] = [];
  let token: string | undefined;
  do {
    const input = {
      HubName: hub,
      HubContentType: type,
      HubContentName: modelId,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const page = await orNothing(calls, 'ListHubContentVersions', modelId, (abortSignal) =>
      client.send(new ListHubContentVersionsCommand(input), { abortSignal }),
    );
    for (const { HubContentVersion } of page?.HubContentSummaries ?? [])
      if (HubContentVersion !== undefined) versions.push(HubContentVersion);
    token = page?.NextToken;
  } while (token !== undefined);
  return versions;
}

async function describe(
  calls: ControlCalls,
  hub: string,
  type: HubContentType,
  modelId: string,
  version: string | undefined,
): Promise<DescribeHubContentCommandOutput | undefined> {
  const { DescribeHubContentCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await calls.connection.sagemaker();
  const input = {
    HubName: hub,
    HubContentType: type,
    HubContentName: modelId,
    ...(version === undefined ? {} : { HubContentVersion: version }),
  };
  return orNothing(calls, 'DescribeHubContent', modelId, (abortSignal) =>
    client.send(new DescribeHubContentCommand(input), { abortSignal }),
  );
}

/** Undefined where the hub does not know the model, or does not answer us. @throws AssayError */
function orNothing<T>(
  calls: ControlCalls,
  operation: string,
  modelId: string,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  return calls.call<T | undefined>(operation, modelId, send, {
    recover: async (thrown) =>
      isNotFound(thrown) ||
      /AccessDenied|UnknownOperation/.test((thrown as Error).name) ||
      thrown instanceof SyntaxError
        ? { value: undefined }
        : undefined,
  });
}
