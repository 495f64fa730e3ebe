/** What one rendering may take. */
export interface TemplateLimits {
  /** @default 500,000: about a second of this thread, a thousand times what chat templates need */
  readonly steps?: number | undefined;
  /** Of any text made on the way. @default 16,777,216 */
  readonly characters?: number | undefined;
}
