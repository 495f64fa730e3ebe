import { z } from 'zod';
import type { OptionsFile } from '../options-file.ts';
import { checklistItems, type JudgeOptions } from './judge-options.ts';

const checklist = z.object({ items: checklistItems });

const HINT = 'It is {"items": ["what an answer must do", …]}: `assay judge checklist CONFIG` makes one.';

/** The checklist that is kept in a file, to be read once a run is planned; undefined of others, and once it is read. */
export function checklistFile(options: JudgeOptions): OptionsFile<JudgeOptions> | undefined {
  const { items } = options;
  if (items === undefined || Array.isArray(items) || !('file' in items) || items.items !== undefined) return undefined;
  return {
    path: items.file,
    hint: HINT,
    read: (text, sha256) => {
      if (items.sha256 !== undefined && items.sha256 !== sha256)
        return { why: `its digest is ${sha256}, and the config has ${items.sha256}` };
      let found: unknown;
      try {
        found = JSON.parse(text);
      } catch (thrown) {
        return { why: `is no JSON (${(thrown as Error).message})` };
      }
      const parsed = checklist.safeParse(found);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        return { why: `${issue!.path.join('.')} ${issue!.message}`.trim() };
      }
      return { options: { ...options, items: { ...items, sha256, items: parsed.data.items } } };
    },
  };
}
