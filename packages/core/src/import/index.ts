export type { OutsideFile } from './import-folder.ts';
export type { ImportedEvaluation } from './imported-evaluation.ts';
export { type ImportLmEvalOptions, importLmEval } from './lm-eval/import-lm-eval.ts';
export { importSamples } from './lm-eval/import-samples.ts';
export { type SurveyedFile, surveyTasks } from './lm-eval/survey-tasks.ts';
export { type ImportPromptfooOptions, importPromptfoo } from './promptfoo/import-promptfoo.ts';
export { type SurveyedConfig, surveyConfigs } from './promptfoo/survey-configs.ts';
export { writeImported } from './write-imported.ts';
