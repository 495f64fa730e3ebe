import type { CostSettings, RunSettings } from 'assay/internal';

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

function notesOf({ name, tag, note }: RunFlags): RunSettings['notes'] {
  if (name === undefined && tag === undefined && note === undefined) return undefined;
  return {
    ...(name !== undefined && { name }),
    ...(tag !== undefined && { tags: [...tag] }),
    ...(note !== undefined && { note }),
  };
}
