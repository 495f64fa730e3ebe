import { z } from 'zod';
import { chooseHubVersion, chooseVersion, type ManifestEntry } from '../jumpstart/choose-version.ts';
import { documentFlags } from '../jumpstart/document-flags.ts';
import { hyperparameterProblem } from '../jumpstart/hyperparameters.ts';
import { checkDocument, type FoundDocument } from '../jumpstart/jumpstart-document.ts';
import type { GoldenRow } from './golden-row.ts';
import { refusal } from './refusal.ts';

const entries = z.array(
  z.object({ model_id: z.string(), version: z.string(), min_version: z.string(), spec_key: z.string() }),
);
const manifests = z.object({ manifest: entries, proprietary_manifest: entries });
const versionRow = z.object({
  model_type: z.enum(['open_weights', 'proprietary']),
  sdk_version: z.string(),
  model_id: z.string(),
  request: z.string(),
});
const hubVersionRow = z.object({ available: z.array(z.string()), request: z.string().nullable() });
const validationRow = z.object({
  hyperparameters: z.record(z.string(), z.unknown()),
  mode: z.enum(['validate_provided', 'validate_algorithm', 'validate_all']),
});
const flagsRow = z.object({ use: z.enum(['inference', 'training']), tolerate: z.boolean() });

/** The manifests that rows of scope `version` choose from. */
export function readManifests(rows: readonly GoldenRow[]): { open: ManifestEntry[]; proprietary: ManifestEntry[] } {
  const found = rows.find(({ scope }) => scope === 'manifest');
  const { manifest, proprietary_manifest } = manifests.parse(found ?? { manifest: [], proprietary_manifest: [] });
  return { open: manifest, proprietary: proprietary_manifest };
}

const orRefused = (view: () => unknown): unknown => {
  try {
    return view();
  } catch (thrown) {
    return refusal(thrown);
  }
};

const problem = (message: string | undefined): unknown =>
  message === undefined ? 'ok' : { error: 'refused', message };

export function versionView(row: GoldenRow, { open, proprietary }: ReturnType<typeof readManifests>): unknown {
  const { model_type: type, sdk_version: sdk, model_id: id, request } = versionRow.parse(row);
  const isProprietary = type === 'proprietary';
  return orRefused(() => {
    const entry = chooseVersion(isProprietary ? proprietary : open, id, request, { isProprietary, sdk });
    return entry?.version ?? { error: 'refused', message: 'not in the manifest' };
  });
}

export function hubVersionView(row: GoldenRow): unknown {
  const { available, request } = hubVersionRow.parse(row);
  return orRefused(() => chooseHubVersion(available, request ?? '*'));
}

export function validationView(found: FoundDocument, row: GoldenRow): unknown {
  const { hyperparameters, mode } = validationRow.parse(row);
  const specs = checkDocument(found.document, found.modelId).hyperparameters ?? [];
  const modes = { validate_provided: 'provided', validate_algorithm: 'algorithm', validate_all: 'all' } as const;
  return problem(hyperparameterProblem(hyperparameters, specs, modes[mode]));
}

export function flagsView(found: FoundDocument, row: GoldenRow): unknown {
  const { use, tolerate } = flagsRow.parse(row);
  return orRefused(() => {
    const [first] = documentFlags(checkDocument(found.document, found.modelId), use, found.modelId);
    return problem(tolerate ? undefined : first?.message);
  });
}
