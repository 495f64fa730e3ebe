import type { Option } from 'commander';
import type { ParseFlag } from './parse-flag.ts';

/**
 * An option that an environment variable can set too: `--max-concurrency` is ASSAY_MAX_CONCURRENCY.
 * @param parse what its text stands for; the text itself without it
 */
export type MakeOption = (flags: string, description: string, parse?: ParseFlag) => Option;
