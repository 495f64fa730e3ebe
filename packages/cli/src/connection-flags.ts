/** Flags of every command that may call AWS: where, and as whom. */
export interface ConnectionFlags {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** ARN of a role to take on for the calls of this process. */
  readonly assumeRole?: string | undefined;
}

/** These flags alone, out of all that a command was given. */
export const connectionFlags = ({ region, profile, assumeRole }: ConnectionFlags): ConnectionFlags => ({
  region,
  profile,
  assumeRole,
});
