export type { ConversionCheck } from './check-conversion.ts';
export { type ConvertedModel, type ConvertHooks, type ConvertModelOptions, convertModel } from './convert-model.ts';
