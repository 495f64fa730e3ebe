import type { ResolvedModel } from '@assay/core';
import type { DescribedLocalModel } from '@assay/runner-local';

export type LocalModel = Extract<ResolvedModel, { runner: 'local' }>;

/** Models whose files were found and checked, by the block that names them: they are not looked for again. */
export type DescribedLocals = WeakMap<LocalModel['local'], Promise<DescribedLocalModel | undefined>>;
