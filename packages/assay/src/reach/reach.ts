import type { ResolveRunnersOptions, SourcePlace } from '@assay/core';

/** What a config wants of this machine and of others. */
export type ReachKind = 'variable' | 'host' | 'file' | 'code' | 'aws';

/** One thing that a config reaches. */
export interface Reach {
  readonly kind: ReachKind;
  /** Of the variable, host, path or module. */
  readonly name: string;
  /** What for, in words that follow its name: `goes to api.openai.com as the key of gpt`. */
  readonly use: string;
  readonly at: SourcePlace | undefined;
  /** Of a host: whether a model or a judge there is sent prompts. */
  readonly isAsked?: boolean;
  /** The flag that allows it; null where a config may reach it anyway. */
  readonly needs: string | null;
}

/** What a config may reach beyond what its runners stand for. */
export interface ReachGrants {
  /** Variables that may be sent as keys. */
  readonly allowEnv?: readonly string[] | undefined;
  /** Hosts of a private network, and buckets. */
  readonly allowHost?: readonly string[] | undefined;
  /** Folders outside the config's. */
  readonly allowFile?: readonly string[] | undefined;
  /** Whether modules and commands that the config names may run. @default false */
  readonly allowCode?: boolean | undefined;
}

/** What a run is told that bears on its reach. */
export interface ReachSettings extends ReachGrants, ResolveRunnersOptions {
  /** Models of the config that run. @default all */
  readonly models?: readonly string[] | undefined;
  /** Whether the config is the caller's own words, no file of somebody: it reaches what it names, code excepted. @default false */
  readonly isOwn?: boolean | undefined;
}
