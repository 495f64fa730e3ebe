import { AssayError, checklistPrompt, type Sample, textDigest, type ValidConfig } from '@assay/core';
import type { Composition } from '../compose/compose-run.ts';
import { planConfig } from '../run/plan-config.ts';
import type { RunSettings } from '../settings/run-settings.ts';

export interface ChecklistOptions {
  /** Label of the checklist's algorithm, where the config has several. */
  readonly algorithm?: string | undefined;
  /** Questions of the data that the judge is shown. @default 5 */
  readonly samples?: number | undefined;
  /** Told of the file before anything is asked. */
  readonly before?: (file: string) => void;
  readonly now?: () => Date;
}

/** A checklist as it is kept: what counts, and how it came about. */
export interface MadeChecklist {
  /** As the config names it. */
  readonly file: string;
  readonly items: readonly string[];
  /** Of the file. */
  readonly text: string;
}

/** Tokens that the list may have. */
const LIST_TOKENS = 400;
const MOST_ITEMS = 20;
const MOST_CHARACTERS = 300;

interface KeptChecklist {
  readonly label: string;
  readonly file: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Asks the judge once for what every good answer must do, by the rubric and a few questions of the data.
 * @throws AssayError USAGE without a checklist in a file; MODEL_* ; RUNNER_FAILED where the judge writes none
 */
export async function makeChecklist(
  config: ValidConfig,
  settings: RunSettings,
  composition: Composition,
  { algorithm, samples: count = 5, before = () => {}, now = () => new Date() }: ChecklistOptions = {},
): Promise<MadeChecklist> {
  const kept = keptChecklist(config, algorithm);
  before(kept.file);
  const plan = await planConfig(withAnyItem(config), settings, composition);
  const shown: Sample[] = [];
  for await (const sample of plan.dataset.samples(() => {})) {
    if (shown.push(sample) === count) break;
  }
  const [judge] = [kept.options.judge].flat();
  const model = typeof judge === 'string' ? judge : JSON.stringify(judge);
  const instance = plan.algorithms.find(({ label }) => label === kept.label)!;
  const { shown: told } = instance.algorithm.humanLabels!(instance.options)!;
  // The last line is the item that stands in for those to be made.
  const rubric = told.slice(0, told.lastIndexOf('\n'));
  const backend = await composition.openHelper('judge', model);
  try {
    const prompt = checklistPrompt(
      rubric,
      shown.map(({ features }) => features.model_input ?? ''),
    );
    const [answer] = await backend.answer([{ key: 'checklist', kind: 'judge', model, prompt, tokens: LIST_TOKENS }]);
    if (answer === undefined || 'failed' in answer || answer.kind !== 'judge') {
      const why = answer !== undefined && 'failed' in answer ? answer.failed.message : 'it gave no answer';
      throw new AssayError('RUNNER_FAILED', `the judge wrote no checklist: ${why}`);
    }
    const items = requirementsIn(answer.text);
    if (items.length === 0) {
      throw new AssayError('RUNNER_FAILED', 'the judge wrote no requirement', {
        hint: `Write ${kept.file} yourself: {"items": ["what an answer must do", …]}.`,
      });
    }
    const made = {
      by: backend.id,
      when: now().toISOString(),
      prompt: textDigest(prompt),
      samples: shown.map(({ digest }) => digest),
    };
    return { file: kept.file, items, text: `${JSON.stringify({ items, made }, undefined, 2)}\n` };
  } finally {
    await backend.close();
  }
}

function fileOf({ options }: { readonly options: Readonly<Record<string, unknown>> }): string | undefined {
  const { mode, items } = options as { readonly mode?: unknown; readonly items?: { readonly file?: unknown } };
  return mode === 'checklist' && typeof items?.file === 'string' ? items.file : undefined;
}

function keptChecklist({ config }: ValidConfig, wanted: string | undefined): KeptChecklist {
  const known = config.algorithms.flatMap((entry): KeptChecklist[] => {
    const file = fileOf(entry);
    return file === undefined ? [] : [{ label: entry.name ?? entry.algorithm, file, options: entry.options }];
  });
  const found = wanted === undefined ? known[0] : known.find(({ label }) => label === wanted);
  if (found !== undefined && (wanted !== undefined || known.length === 1)) return found;
  const names = known.map(({ label }) => label).join(', ');
  throw new AssayError(
    'USAGE',
    known.length > 1 && wanted === undefined
      ? 'the config has several checklists, and none is named'
      : `the config keeps no checklist ${wanted ?? ''} in a file`.replace('  ', ' '),
    {
      hint:
        known.length > 0
          ? `Name one with --algorithm: ${names}.`
          : 'Write `mode: checklist` and `items: { file: checklist.json }` under an llm_judge.',
    },
  );
}

/** The config as if its checklists were there: one is to be made. */
function withAnyItem(config: ValidConfig): ValidConfig {
  const algorithms = config.config.algorithms.map((entry) =>
    fileOf(entry) === undefined ? entry : { ...entry, options: { ...entry.options, items: ['.'] } },
  );
  return { ...config, config: { ...config.config, algorithms } };
}

/** A requirement a line, without the marks of a list; none twice. */
function requirementsIn(text: string): string[] {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/^\s*(?:[-*•–]|\d{1,3}[.)])\s*/, '')
      .replaceAll(/[*`#]+/g, '')
      .trim()
      .slice(0, MOST_CHARACTERS),
  );
  const found = lines.filter((line) => /\p{L}/u.test(line) && !line.endsWith(':'));
  return [...new Set(found)].slice(0, MOST_ITEMS);
}
