import { hostingArtefacts, trainingSpec } from './jumpstart-artefacts.ts';
import type { DigestedDocument } from './jumpstart-document.ts';
import type { ModelRequest, ModelSource } from './model-source.ts';

/** Brings the document of a model; undefined where it is not known here. */
export type DocumentFinder = (request: ModelRequest) => Promise<DigestedDocument | undefined>;

/** A source of models out of a source of documents. */
export function documentSource(name: string, find: DocumentFinder): ModelSource {
  return {
    name,
    find: async (request) => {
      const found = await find(request);
      return found === undefined ? undefined : hostingArtefacts(found, request);
    },
    findTraining: async (request) => {
      const found = await find(request);
      return found === undefined ? undefined : trainingSpec(found, request.instanceType);
    },
  };
}
