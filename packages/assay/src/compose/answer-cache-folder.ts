import { join } from 'node:path';
import { assayCacheFolder } from '@assay/core';

/** Where runs keep answers unless the config names another folder. */
export function answerCacheFolder(): string {
  return join(assayCacheFolder(), 'answers');
}
