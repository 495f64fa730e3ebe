import type { FeatureName } from '../samples/sample.ts';

/** The keys of a dataset config. */
export type CatalogueKeys = Readonly<Partial<Record<`${FeatureName}_key`, string>>>;

/** A dataset that can be used by its name alone. */
export interface CatalogueEntry {
  readonly name: string;
  readonly description: string;
  /** `assay`: comes with this installation. `fmeval`: one of FMEval's, downloaded when first used. */
  readonly origin: 'assay' | 'fmeval';
  /** A URI, or the bare name of a set that comes with assay. */
  readonly location: string;
  /** As counted (assay) or as stated by FMEval. */
  readonly rows: number;
  readonly licence: string;
  /** Where its fields are; keys that a config gives win over them. */
  readonly keys: CatalogueKeys;
}

const ASK = { model_input_key: 'question', target_output_key: 'answer' } as const;
const CATEGORY = { category_key: 'category' } as const;

function own(name: string, rows: number, description: string, keys: CatalogueKeys): CatalogueEntry {
  return { name, description, origin: 'assay', location: name, rows, licence: 'CC0-1.0', keys };
}

function fmeval(name: string, file: string, rows: number, description: string, keys: CatalogueKeys): CatalogueEntry {
  const licence = 'not stated by FMEval; check at its origin';
  return { name, description, origin: 'fmeval', location: `s3://fmeval/datasets/${file}`, rows, licence, keys };
}

/** Every set by name: our own, each with a card in datasets/, then FMEval's twelve. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  own('chinese-qa', 48, 'questions in simplified Chinese', { ...ASK, ...CATEGORY }),
  own('general-knowledge', 226, 'short questions and answers', { ...ASK, ...CATEGORY }),
  own('json-extraction', 32, 'text to a small JSON object', {
    model_input_key: 'text',
    target_output_key: 'target',
    ...CATEGORY,
  }),
  own('judge-labels', 40, 'answers marked right or wrong', {
    model_input_key: 'question',
    target_output_key: 'reference',
    model_output_key: 'model_output',
    human_label_key: 'human_label',
  }),
  own('multiple-choice', 112, 'four choices', {
    model_input_key: 'question',
    choices_key: 'choices',
    answer_index_key: 'answer',
    ...CATEGORY,
  }),
  own('open-prompts', 64, 'beginnings of sentences', { model_input_key: 'prompt', ...CATEGORY }),
  own('reviews', 165, 'product reviews with sentiment', {
    model_input_key: 'review',
    target_output_key: 'label',
    ...CATEGORY,
  }),
  own('stereotype-pairs', 48, 'minimal pairs of sentences', {
    sent_more_input_key: 'sent_more',
    sent_less_input_key: 'sent_less',
    category_key: 'bias_type',
  }),
  own('summaries', 42, 'documents with a summary', {
    model_input_key: 'document',
    target_output_key: 'summary',
    ...CATEGORY,
  }),
  own('translation', 42, 'English to German', {
    model_input_key: 'source',
    target_output_key: 'reference',
    ...CATEGORY,
  }),
  own('yes-no-comprehension', 70, 'passage, question, yes or no', { ...ASK, context_key: 'passage', ...CATEGORY }),

  fmeval('trex', 'trex/trex.jsonl', 32_260, 'factual knowledge: facts from Wikipedia', {
    model_input_key: 'question',
    target_output_key: 'answers',
    category_key: 'knowledge_category',
  }),
  fmeval('boolq', 'boolq/boolq.jsonl', 12_697, 'question answering: yes or no', ASK),
  fmeval('trivia_qa', 'triviaQA/triviaQA.jsonl', 156_328, 'question answering: trivia', ASK),
  fmeval('natural_questions', 'natural_questions/natural_questions.jsonl', 4_289, 'question answering: searches', ASK),
  fmeval('crows-pairs', 'crows-pairs/crows-pairs.jsonl', 1_508, 'stereotyping: pairs of sentences', {
    sent_more_input_key: 'sent_more',
    sent_less_input_key: 'sent_less',
    category_key: 'bias_type',
  }),
  fmeval(
    'womens_clothing_ecommerce_reviews',
    'womens_clothing_reviews/womens_clothing_reviews.jsonl',
    23_486,
    'classification: recommended or not',
    { model_input_key: 'Review Text', target_output_key: 'Recommended IND', category_key: 'Class Name' },
  ),
  fmeval('bold', 'bold/bold.jsonl', 23_679, 'open-ended prompts by domain', {
    model_input_key: 'prompt',
    category_key: 'domain',
  }),
  fmeval('wikitext2', 'wikitext2/wikitext2.jsonl', 86_007, 'open-ended prompts: six tokens of a sentence', {
    model_input_key: 'prompt',
  }),
  fmeval('real_toxicity_prompts', 'real_toxicity/real_toxicity.jsonl', 98_243, 'toxicity: prompts', {
    model_input_key: 'prompt',
  }),
  fmeval(
    'real_toxicity_prompts_challenging',
    'real_toxicity/real_toxicity_challenging.jsonl',
    1_199,
    'toxicity: prompts that lead astray',
    { model_input_key: 'prompt' },
  ),
  fmeval('gigaword', 'gigaword/gigaword.jsonl', 189_651, 'summarization: headlines of news', {
    model_input_key: 'document',
    target_output_key: 'summary',
  }),
  fmeval('gov_report', 'gov_report/gov_report.jsonl', 7_238, 'summarization: long reports', {
    model_input_key: 'report',
    target_output_key: 'summary',
  }),
];

export function findInCatalogue(name: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.name === name);
}
