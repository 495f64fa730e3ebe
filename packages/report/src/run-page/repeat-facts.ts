import { type Manifest, shellCommand } from '@assay/core';
import { formatCount } from '../wording/format-number.ts';

/** What exactly was run, and the command that repeats it. */
export interface RepeatFacts {
  readonly command: string;
  readonly facts: readonly RepeatFact[];
  readonly config: string;
}

export interface RepeatFact {
  readonly name: string;
  readonly text: string;
  /** Digests and ids, which nobody reads but everybody compares. */
  readonly code?: string;
  readonly lines?: readonly string[];
}

export function repeatFacts(manifest: Manifest): RepeatFacts {
  const { dataset, versions, commit } = manifest;
  const facts: RepeatFact[] = [
    {
      name: 'Dataset',
      text: `${dataset.name}, ${formatCount(dataset.samples)} samples`,
      lines: dataset.files.map(
        ({ path, bytes, sha256, etag }) =>
          `${path}, ${formatCount(bytes)} bytes, ${sha256 === null ? 'read in parts, ETag' : 'sha256'} ${sha256 ?? etag ?? ''}`,
      ),
    },
    ...manifest.models.map(({ name, runner, notes = [] }) => ({
      name: 'Model',
      text: name,
      code: runner,
      lines: notes,
    })),
    ...manifest.algorithms.map(({ name, signature }) => ({ name: 'Algorithm', text: name, code: signature })),
    { name: 'Seed', text: String(manifest.seed) },
    {
      name: 'Versions',
      text: Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    },
    { name: 'Platform', text: manifest.platform },
    ...(commit === null ? [] : [{ name: 'Commit', text: '', code: commit }]),
    { name: 'Configuration', text: manifest.configFile, code: manifest.configDigest },
    ...(manifest.revisions ?? []).map(({ at, changed }) => ({
      name: 'Changed while it ran',
      text: `${changed.join(', ')} (${at})`,
    })),
  ];
  return { command: shellCommand(manifest.command), facts, config: manifest.configText };
}
