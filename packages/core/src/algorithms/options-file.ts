/** A part of an algorithm's options that stands in a file of its own. */
export interface OptionsFile<Options> {
  /** From the config's folder. */
  readonly path: string;
  /** What to do where it cannot be read. */
  readonly hint: string;
  /** The options completed by what the file holds, or why they are not. */
  read(text: string, sha256: string): { readonly options: Options } | { readonly why: string };
}
