export {
  type ImportedEvaluation,
  importLmEval,
  importPromptfoo,
  type OutsideFile,
  writeImported,
} from '@assay/core/import';
