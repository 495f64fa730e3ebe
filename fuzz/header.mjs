// Files of weights whose headers were changed: what the readers of a format share.
import { readFileSync, writeFileSync } from 'node:fs';
import { mutateHeader } from './mutate.mjs';
import { codedOr } from './target.mjs';

const root = new URL('../', import.meta.url);

/** A file of the repository. */
export const seedFile = (path) => readFileSync(new URL(path, root));

/** A module of the local runner that its package does not show. */
export const converter = (path) => import(new URL(`packages/runner-local/dist/convert/${path}`, root).href);

/** A target over one file: its first `header` bytes are changed, and `read` is given what came of it. */
export function headerTarget(bytes, header, read) {
  return {
    make: (random) => ({ bytes: mutateHeader(bytes, header, random) }),
    freeze: (made) => ({ base64: made.bytes.toString('base64') }),
    revive: ({ base64 }) => ({ bytes: Buffer.from(base64, 'base64') }),
    check: async (made, folder) => {
      const file = `${folder}/model.bin`;
      writeFileSync(file, made.bytes);
      await codedOr(() => read(file, folder));
    },
  };
}
