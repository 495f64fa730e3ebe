import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '@assay/core';
import { z } from 'zod';
import type { DocumentKind, HubContent } from './jumpstart-document.ts';

/** A document's text with what it was found as. */
export interface CachedDocument {
  readonly kind: DocumentKind;
  readonly modelId: string;
  readonly version: string;
  readonly region: string;
  readonly text: string;
  readonly hubContent?: HubContent | undefined;
}

const cachedDocument = z.object({
  kind: z.enum(['spec', 'proprietary', 'hub']),
  modelId: z.string(),
  version: z.string(),
  region: z.string(),
  text: z.string(),
  hubContent: z.object({ arn: z.string(), isReference: z.boolean() }).optional(),
});

export const documentDigest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Documents by the digest of their text, so that a run can be repeated with the very same ones. */
export class DocumentCache {
  readonly #folder: string;

  /** @param folder `jumpstart` of the cache folder */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Never throws: what cannot be kept is fetched again. */
  async keep(document: CachedDocument): Promise<void> {
    const file = this.#file(documentDigest(document.text), document.region);
    const part = `${file}.${process.pid}.part`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(part, JSON.stringify(document));
      await rename(part, file);
    } catch {
      return;
    }
  }

  /** Undefined where it is not kept, or no longer whole. */
  async find(digest: string, region: string): Promise<CachedDocument | undefined> {
    try {
      const found = cachedDocument.parse(JSON.parse(await readFile(this.#file(digest, region), 'utf8')));
      return documentDigest(found.text) === digest ? found : undefined;
    } catch {
      return undefined;
    }
  }

  #file(digest: string, region: string): string {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    if (hex === undefined)
      throw new AssayError('CONFIG_INVALID', `"${digest}" is no digest of a document`, {
        hint: 'write document_digest: sha256:… as `assay plan` shows it',
      });
    return join(this.#folder, `${region}-${hex}.json`);
  }
}
