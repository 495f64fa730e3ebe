export { loadWordNet } from '@assay/metrics/wordnet';
