export { type ImportedEvaluation, importLmEval, importPromptfoo, writeImported } from '@assay/core/import';
