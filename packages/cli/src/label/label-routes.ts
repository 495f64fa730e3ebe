import type { IncomingMessage } from 'node:http';
import { userInfo } from 'node:os';
import { isAssayError, type RunFolder } from 'assay/internal';
import type { Html } from 'assay/internal/report';
import type { RunCatalogue } from '../runs/run-catalogue.ts';
import { ApiError } from '../serve/api-error.ts';
import { readJsonBody } from '../serve/read-json-body.ts';
import type { LabelDesk, LabelKey, LabelView } from './label-desk.ts';
import { LABEL_SCRIPT, labelPage, labelRuns } from './label-page.ts';

/** What a labelling address answers with. */
export type LabelAnswer =
  | { readonly page: Html; readonly title: string }
  | { readonly script: string }
  | { readonly view: LabelView };

/** Bytes of a key as JSON. */
const MOST_BYTES = 10_000;

/** @returns undefined where the address is none of labelling @throws ApiError */
export async function labelAnswer(
  path: string,
  request: IncomingMessage,
  query: URLSearchParams,
  { catalogue, desk }: { readonly catalogue: RunCatalogue; readonly desk: LabelDesk },
): Promise<LabelAnswer | undefined> {
  const isPost = request.method === 'POST';
  if (isPost !== (path === 'label-key')) return undefined;
  const who = query.get('who') || userInfo().username;
  if (who.length > 200) throw new ApiError(400, 'a name has at most 200 characters');
  switch (path) {
    case 'label.js':
      return { script: LABEL_SCRIPT };
    case 'label': {
      const name = query.get('run');
      if (name === null) return { title: 'Label', page: labelRuns(await judgedRuns(catalogue)) };
      await runOf(catalogue, name);
      return { title: 'Label', page: labelPage(name, who) };
    }
    case 'label-view':
      return { view: await told(async () => desk.view(await runOf(catalogue, query.get('run')), who)) };
    case 'label-key': {
      const key = labelKey(await readJsonBody(request, MOST_BYTES));
      return { view: await told(async () => desk.press(await runOf(catalogue, query.get('run')), who, key)) };
    }
    default:
      return undefined;
  }
}

/** What the user can act on is said to the page. */
async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (isAssayError(thrown)) throw new ApiError(422, thrown.message);
    throw thrown;
  }
}

async function runOf(catalogue: RunCatalogue, name: string | null): Promise<RunFolder> {
  const run = name === null ? undefined : await catalogue.find(name);
  if (run === undefined || run.summary === null) throw new ApiError(404, 'no such run, or it is not finished');
  return run.folder;
}

async function judgedRuns(catalogue: RunCatalogue): Promise<string[]> {
  const runs = await catalogue.list();
  return runs.flatMap(({ folder, manifest, summary }) => {
    const isJudged = manifest.algorithms.some(({ algorithm }) => algorithm === 'llm_judge');
    return summary !== null && isJudged ? [folder.path.split(/[\\/]/).at(-1)!] : [];
  });
}

function labelKey({ task, does }: Readonly<Record<string, unknown>>): LabelKey {
  const shown = typeof task === 'string' ? task : null;
  if (does === 'undo' || does === 'skip') return { task: shown, does };
  const label = typeof does === 'object' && does !== null ? (does as { readonly label?: unknown }).label : undefined;
  if (typeof label === 'string') return { task: shown, does: { label } };
  throw new ApiError(400, 'a key is a label, skip or undo');
}
