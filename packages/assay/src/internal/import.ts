export {
  type ImportedEvaluation,
  importLmEval,
  importPromptfoo,
  importSamples,
  type OutsideFile,
  writeImported,
} from '@assay/core/import';
