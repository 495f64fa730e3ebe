import { resolve } from 'node:path';
import { AssayError } from '../../errors/assay-error.ts';
import { ImportFindings } from '../findings.ts';
import { ImportFolder } from '../import-folder.ts';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { generationSettings } from './generation-settings.ts';
import { checkRuntime } from './import-task.ts';
import { importedConfig } from './imported-config.ts';
import { loggedDataset } from './logged-dataset.ts';
import { LoggedRows, type LoggedShape, loggedShape } from './logged-rows.ts';
import { type LoggedSample, readLoggedSamples } from './logged-samples.ts';
import { filterNames, loggedTask } from './logged-task.ts';
import { PythonFunctions } from './python-functions.ts';
import { findSampleFiles, type SampleFile } from './sample-files.ts';
import { type TaskAlgorithms, taskAlgorithms } from './task-algorithms.ts';
import { readsChoices } from './task-rows.ts';
import { checkTaskKeys, type OutputType, TaskSettings } from './task-settings.ts';

export interface ImportSamplesOptions {
  /** The model that the configs name. */
  readonly model: string;
  readonly cwd?: string;
}

/**
 * What lm-evaluation-harness logged with `--log_samples`, as evaluations that ask another model the same: its prompts as they
 * were asked, its choices and targets, its settings, filters and metrics. The logged answers are scored again on the way: a
 * task that would score one of them otherwise is an error.
 * @param path a samples file, or a folder below which the newest of each task is taken
 */
export async function importSamples(path: string, options: ImportSamplesOptions): Promise<ImportedEvaluation[]> {
  const { model, cwd = process.cwd() } = options;
  try {
    const evaluations: ImportedEvaluation[] = [];
    for (const found of await findSampleFiles(resolve(cwd, path))) {
      evaluations.push(found.status === 'rejected' ? failed(path, found.reason) : await importFile(found.value, model));
    }
    return evaluations;
  } catch (thrown) {
    return [failed(path, thrown)];
  }
}

function failed(path: string, thrown: unknown): ImportedEvaluation {
  const findings = new ImportFindings();
  findings.failure(thrown, { file: path });
  return { name: path, source: path, findings: findings.list, config: undefined, rows: [], outside: [] };
}

type Made = Pick<ImportedEvaluation, 'config' | 'rows'>;

/** @param isMade whether the requests were made for the import, and nothing was answered */
export async function importFile(file: SampleFile, model: string, isMade = false): Promise<ImportedEvaluation> {
  const findings = new ImportFindings();
  let made: Made = { config: undefined, rows: [] };
  try {
    const settings = new TaskSettings(loggedTask(file, []).source, findings);
    checkTaskKeys(settings, findings);
    const type = settings.outputType();
    checkRuntime(settings, type, findings);
    const whole = findings.hasError ? undefined : await evaluationOf(file, type, model, isMade, findings);
    if (whole !== undefined && !findings.hasError) made = whole;
  } catch (thrown) {
    findings.failure(thrown, { file: file.file });
  }
  return { name: file.task, source: file.file, findings: findings.list, outside: [], ...made };
}

async function evaluationOf(
  file: SampleFile,
  type: OutputType,
  model: string,
  isMade: boolean,
  findings: ImportFindings,
): Promise<Made | undefined> {
  const { choice, source } = loggedTask(file, []);
  const hasChoices = readsChoices(new TaskSettings(source, new ImportFindings()), type);
  const keepsDocs = hasChoices || type === 'multiple_choice' || choice !== undefined;
  const samples = await readLoggedSamples(file.file, filterNames(file), keepsDocs);
  tellOfFile(file, samples, findings);
  const task = loggedTask(file, samples[0]!.seconds);
  const settings = new TaskSettings(task.source, findings);
  const functions = new PythonFunctions(ImportFolder.of(file.file));
  const hasUnconditional = [...samples[0]!.values.values()].some((each) => 'acc_mutual_info' in each);
  const shape = loggedShape(samples, type, settings.text('target_delimiter') ?? ' ', file.file);
  if (type === 'generate_until') requireSameSettings(samples, file);
  const parameters = type === 'generate_until' ? generationSettings(settings, findings) : undefined;
  const scoring = (delimiter: string | null, told: ImportFindings): TaskAlgorithms =>
    shaped(taskAlgorithms(settings, type, delimiter, functions, told), shape);
  if (scoring(null, findings).algorithms.length === 0) return undefined;
  const { rows, delimiter } = loggedDataset({
    ...{ name: file.task, file: file.file, samples, hasChoices, areMade: isMade },
    rows: new LoggedRows(shape, task, functions, hasUnconditional),
    scoring: (between) => scoring(between, new ImportFindings()),
  });
  // What several answers leave out is told beside what one would.
  const scored = scoring(delimiter, delimiter === null ? new ImportFindings() : findings);
  const isChat = samples.every(({ contexts }) => contexts.every(isConversation));
  tellOfChat(file, isChat, findings);
  const { areInputs } = shape;
  const config = importedConfig({ name: file.task, type, model, scored, parameters, hasChoices, areInputs, isChat });
  return { config, rows };
}

/** Choices as they were in fact asked. */
function shaped({ algorithms, scores }: TaskAlgorithms, { type, areInputs, separator }: LoggedShape): TaskAlgorithms {
  if (type !== 'multiple_choice') return { algorithms, scores };
  const inputs = areInputs ? { choices_are: 'inputs' } : {};
  return { algorithms: algorithms.map((each) => ({ ...each, separator, ...inputs })), scores };
}

function tellOfFile(
  { file, count, passedOver }: SampleFile,
  samples: readonly LoggedSample[],
  findings: ImportFindings,
): void {
  if (count !== undefined && samples.length < count) {
    findings.error(`the file holds ${samples.length} of the ${count} documents that were asked: it is cut`, { file });
  }
  for (const older of passedOver) findings.note('older samples of the same task are passed over', { file: older });
}

function requireSameSettings(samples: readonly LoggedSample[], { file }: SampleFile): void {
  const [first] = samples.map(({ seconds }) => JSON.stringify(seconds));
  const other = samples.find(({ seconds }) => JSON.stringify(seconds) !== first);
  if (other === undefined) return;
  throw new AssayError('IMPORT_UNSUPPORTED', `document ${other.id} was asked with settings of its own`, {
    at: { file, line: other.line },
    hint: 'a config has one set of inference_parameters: give each set a file of its own',
  });
}

/** A chat prompt is logged as the JSON of its messages. */
function isConversation(text: string): boolean {
  if (!text.startsWith('[{"role"')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function tellOfChat({ file, isTemplated }: SampleFile, isChat: boolean, findings: ImportFindings): void {
  if (!isTemplated || isChat) return;
  findings.warn('the prompts were logged in the chat template of the model that was asked, and are asked so again', {
    file,
  });
}
