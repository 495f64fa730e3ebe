import { join } from 'node:path';
import { AssayError, assayCacheFolder, type Clock, systemClock } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { DocumentCache } from './document-cache.ts';
import { type DocumentFinder, documentSource } from './document-source.ts';
import { hubContent, isPublicHub, PUBLIC_HUB } from './hub-content.ts';
import type { DigestedDocument } from './jumpstart-document.ts';
import { readDocument } from './jumpstart-document.ts';
import type { ModelSource } from './model-source.ts';
import { manifestName, publicManifest } from './public-manifest.ts';

export interface SourceOptions {
  /** A private hub, by name or ARN: models are looked up there and nowhere else. */
  readonly hub?: string | undefined;
  readonly clock?: Clock | undefined;
  /** @default the user's cache folder */
  readonly cacheFolder?: string | undefined;
}

/** Where models are looked up: the public bucket and then the public hub, as AWS's SDK does; or the user's own hub. */
export function defaultSources(connection: AwsConnection, options: SourceOptions = {}): readonly ModelSource[] {
  const { hub, clock = systemClock, cacheFolder = assayCacheFolder() } = options;
  const cache = new DocumentCache(join(cacheFolder, 'jumpstart'));
  const keep = cache.keep.bind(cache);
  const source = (name: string, find: DocumentFinder): ModelSource =>
    documentSource(name, pinned(find, cache, connection.region));
  if (hub !== undefined && !isPublicHub(hub)) return [source(hub, hubContent(connection, clock, hub, keep))];
  return [
    source(manifestName(connection.region), publicManifest(connection, clock, keep)),
    source(PUBLIC_HUB, hubContent(connection, clock, PUBLIC_HUB, keep)),
  ];
}

/** A request that names a document by its digest gets that one: kept from an earlier run, or fetched and compared. */
function pinned(find: DocumentFinder, cache: DocumentCache, region: string): DocumentFinder {
  return async (request): Promise<DigestedDocument | undefined> => {
    const { documentDigest: digest, modelId } = request;
    if (digest === undefined) return find(request);
    const kept = await cache.find(digest, region);
    if (kept !== undefined && kept.modelId === modelId) {
      const { text, ...place } = kept;
      const document = readDocument(text, kept.kind, `${modelId} ${kept.version}`, kept.region);
      return { ...place, document, digest };
    }
    const found = await find(request);
    if (found === undefined || found.digest === digest) return found;
    throw new AssayError(
      'MODEL_NOT_FOUND',
      `JumpStart’s document of ${modelId} ${found.version} is now ${found.digest}`,
      {
        hint: `the config asks for ${digest}: take out document_digest, or run where that one is kept`,
      },
    );
  };
}
