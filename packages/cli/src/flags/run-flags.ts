import { type CostSettings, type RunSettings, runNotes } from 'assay/internal';
import { FlagError } from './flag-error.ts';

/** Flags of every command that may cost money. */
export interface CostFlags extends Pick<RunSettings, 'prices' | 'maxCost'> {
  /** Milliseconds. */
  readonly maxRuntime?: number;
}

export const costSettings = ({ prices, maxCost, maxRuntime }: CostFlags): CostSettings => ({
  ...{ prices, maxCost },
  maxRuntimeMs: maxRuntime,
});

/** Flags of every command that runs something: the settings of a run, and how it is shown. */
export interface RunFlags extends Omit<RunSettings, 'maxRuntimeMs' | 'command' | 'env' | 'notes'>, CostFlags {
  readonly name?: string;
  readonly tag?: readonly string[];
  readonly note?: string;
  readonly json?: true;
  readonly verbose?: true;
  readonly display?: 'full' | 'plain' | 'none';
}

/** The settings of a run, with how it was started and the environment of this process. */
export function runSettings(flags: RunFlags): RunSettings {
  return {
    ...flags,
    ...costSettings(flags),
    notes: notesOf(flags),
    command: ['assay', ...process.argv.slice(2)],
    env: process.env,
  };
}

/** What people say of a run, bounded. @throws FlagError */
function notesOf({ name, tag, note }: RunFlags): RunSettings['notes'] {
  if (name === undefined && tag === undefined && note === undefined) return undefined;
  const told = {
    ...(name !== undefined && { name: checked('--name', 'name', name) }),
    ...(tag !== undefined && { tags: checked('--tag', 'tags', [...tag]) }),
    ...(note !== undefined && { note: checked('--note', 'note', note) }),
  };
  return told as RunSettings['notes'];
}

function checked(flag: string, part: 'name' | 'tags' | 'note', value: unknown): unknown {
  const read = runNotes.safeParse({ [part]: value });
  if (read.success) return read.data[part];
  throw new FlagError(
    `${flag} is too long or empty`,
    'A name has at most 200 characters, a tag 60, a run 20 tags, a note 10,000.',
  );
}
