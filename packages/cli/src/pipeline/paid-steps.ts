/** Kinds of steps that make, or delete, what costs money. */
export const PAID_STEPS: ReadonlySet<string> = new Set(['deploy', 'cleanup', 'group']);
