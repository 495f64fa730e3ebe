/** A flag with a value that means nothing; printed as USAGE. It loads nothing, so that `--help` stays quick. */
export class FlagError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
