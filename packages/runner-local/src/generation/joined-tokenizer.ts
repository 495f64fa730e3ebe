// All that is used of @xenova/transformers. The build joins it into one file (scripts/bundle.mjs), so that neither its
// browser runtime (140 MB) nor its image library reaches who installs this package.
export { PreTrainedTokenizer } from '@xenova/transformers';
