import type { ErrorData } from '../errors/assay-error.ts';
import type { PromptReading } from './prompt-reading.ts';

export type { RunnerHooks } from './runner-hooks.ts';

/** What a model may be able to do. */
export type RunnerMethod = 'generate' | 'logProbabilities' | 'embed' | 'classify';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  /** Content that is more than text, such as a picture, in the form of the API that it is for; `content` is its text. */
  readonly parts?: readonly unknown[];
}

/** One thing to say to a model. `messages` go through the model's own chat template where it has one. */
export interface Prompt {
  /** Names the answer: unique within one call. */
  readonly id: string;
  /** The text as composed, for models without a chat template. */
  readonly text: string;
  /** The same as a conversation (system prompt, few-shot turns, the question). */
  readonly messages?: readonly ChatMessage[];
  /** Values of the row that the model is given beside the prompt, by placeholder. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The same as token ids, for runners with a `tokenizer`: they go to the model as they are. */
  readonly tokenIds?: readonly number[];
  /** Seeds sampling for this prompt alone, so that batch and order change nothing. */
  readonly seed?: number;
  /** The form of this answer. @default that of the options */
  readonly constraint?: TextConstraint;
}

export interface GenerateOptions {
  /** @default 64 */
  readonly maxNewTokens?: number;
  /** 0 is greedy. @default 0 */
  readonly temperature?: number;
  /** 0 keeps all. @default 0 */
  readonly topK?: number;
  /** @default 1 */
  readonly topP?: number;
  /** @default 0 */
  readonly minP?: number;
  /** @default 1 */
  readonly repetitionPenalty?: number;
  /** Taken off the logit of each token that the answer has. @default 0 */
  readonly presencePenalty?: number;
  /** Taken off the logit of a token for each time that the answer has it. @default 0 */
  readonly frequencyPenalty?: number;
  /** Generation ends before the first of these; the text does not include it. */
  readonly stop?: readonly string[];
  /** What the answer keeps to, where the runner can hold a model to it: it then ends well within `maxNewTokens`. */
  readonly constraint?: TextConstraint;
  /** What to do with a prompt beyond the context: state `truncated`, or cut on the left or in the middle. @default 'error' */
  readonly overflow?: 'error' | 'left' | 'middle';
  /** Whether a completion lists its tokens with their log-probabilities, where the runner knows them. @default false */
  readonly logProbabilities?: boolean;
  /** Likeliest tokens to list at each place beside the one that stands there, 1 to 20. @default 1 */
  readonly topLogProbabilities?: number;
  /** Told text as it is generated, where the runner can; the pieces of a prompt, joined, are its completion's text. */
  readonly onText?: (piece: TextPiece) => void;
  readonly signal?: AbortSignal;
}

/** The form of an answer: JSON that meets a schema, a whole text that matches a pattern, or one of several texts. */
export type TextConstraint =
  | { readonly type: 'json_schema'; readonly schema: unknown }
  | { readonly type: 'regex'; readonly pattern: string }
  | { readonly type: 'choice'; readonly choices: readonly string[] };

/** Text as it is generated. */
export interface TextPiece {
  /** The prompt's. */
  readonly id: string;
  readonly text: string;
  /** The tokens that brought it, where `logProbabilities` asked for them. */
  readonly tokens?: readonly TokenLogProbability[];
}

/** A token that might stand at a place. */
export interface TokenChoice {
  /** Its place in the model's vocabulary, where the runner knows it. */
  readonly id?: number;
  readonly text: string;
  /** Nats. */
  readonly logProbability: number;
}

/** A token as text and what the model gave it. */
export interface TokenLogProbability extends TokenChoice {
  /** The characters that this token completes; empty for one that ends inside a character, and for an end token. */
  readonly text: string;
  /** The model's likeliest tokens at this place, best first; at least one. */
  readonly top: readonly TokenChoice[];
}

export interface Failed {
  readonly id: string;
  readonly ok: false;
  /** How the sample ends because of this. */
  readonly state: 'truncated' | 'refused' | 'failed' | 'timed_out';
  readonly error: ErrorData;
  readonly attempts?: number;
}

export interface Completed {
  readonly id: string;
  readonly ok: true;
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  /** Where the answer is a value and `text` its JSON: calls of tools that the model was offered, or what a schema asked for. */
  readonly form?: 'json' | 'tool_calls';
  /** In the currency of the prices, where they name the model. */
  readonly cost?: number;
  readonly promptTokens?: number;
  readonly newTokens?: number;
  /** Wall time from admission to the last token, in milliseconds. */
  readonly elapsedMs: number;
  /** Calls made, retries included. @default 1 */
  readonly attempts?: number;
  /**
   * Where `logProbabilities` asked for them: each of the `newTokens`, the end token last, without those that only a stop
   * string is made of. Their texts, joined, begin with `text`.
   */
  readonly tokens?: readonly TokenLogProbability[];
}

export type Completion = Completed | Failed;

/**
 * What stands before a text that has no prompt, so that its first token has something to follow.
 * `document`: what separates documents in training: the tokenizer's first token, or the end-of-text token where the first
 * opens a turn of a chat. `bos`: its first token, whatever that is for. `none`: nothing, so that the first token is not
 * scored unless the tokenizer puts one there. `lm-eval`: the first token, else the end of an answer, as
 * lm-evaluation-harness. `fmeval`: the first token's text before the text, tokenised together, as FMEval's own runner.
 */
export const TEXT_CONTEXTS = ['document', 'bos', 'none', 'lm-eval', 'fmeval'] as const;
export type TextContext = (typeof TEXT_CONTEXTS)[number];

/** The log-probability of `continuation` given `prompt`; an empty prompt scores the whole text. */
export interface LogProbabilityRequest {
  readonly id: string;
  readonly prompt: string;
  /** The prompt as a conversation, for runners that put it through the model's own chat template. */
  readonly messages?: readonly ChatMessage[];
  readonly continuation: string;
  /** In place of the texts, for runners with a `tokenizer`: all tokens of a text that stands alone. */
  readonly tokenIds?: readonly number[];
  /** How a text without a prompt that is beyond the context is cut, where the runner cuts it itself. @default 'half' */
  readonly windows?: ScoreWindows;
  /** What stands before a text without a prompt. @default 'document' */
  readonly context?: TextContext;
}

/**
 * Rolling windows over a long text, each token scored once: with a stride of half a context, so that every token has at
 * least half a context before it; or of a whole context, as lm-evaluation-harness does, so that a window begins with a
 * single token known.
 */
export type ScoreWindows = 'half' | 'whole';

export interface LogProbabilityOptions {
  readonly signal?: AbortSignal;
  /** What to do with a prompt that does not fit beside its continuation; a continuation is never cut. @default 'error' */
  readonly overflow?: GenerateOptions['overflow'];
  /** Whether the scored tokens are listed with their texts, where the runner knows them. @default false */
  readonly tokens?: boolean;
  /** Likeliest tokens to list at each place, 1 to 20. @default 1 */
  readonly topLogProbabilities?: number;
}

export type LogProbability =
  | {
      readonly id: string;
      readonly ok: true;
      /** Sum over the continuation's tokens, in nats; at most 0. */
      readonly logProbability: number;
      /** Tokens summed. */
      readonly tokenCount: number;
      /** UTF-8 bytes of the continuation. */
      readonly byteCount: number;
      /** Every token was the model's first choice; false too where the runner is not told. */
      readonly isGreedy: boolean;
      /** Nats of each token, in order. */
      readonly tokenLogProbabilities: readonly number[];
      /** The same tokens with their texts, where `tokens` asked for them and the runner knows. */
      readonly tokens?: readonly TokenLogProbability[];
      readonly elapsedMs: number;
    }
  | Failed;

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  /** Which of the model's own prompts stands before each text, such as `query`. @default the one that it names, or none */
  readonly prompt?: string;
}

export type Embedding = { readonly id: string; readonly ok: true; readonly vector: Float32Array } | Failed;

/** A part of a text that a classifier of tokens put under a label, in UTF-16 units, as `text.slice(start, end)` counts. */
export interface TextSpan {
  /** Without the `B-` and `I-` of its tokens. */
  readonly label: string;
  readonly start: number;
  readonly end: number;
  /** Mean of its tokens' probabilities. */
  readonly score: number;
}

export type Classification =
  | {
      readonly id: string;
      readonly ok: true;
      readonly labels: Readonly<Record<string, number>>;
      /** From a classifier of tokens, which gives each label its best span's score: where they are; of a pair, in `pair`. */
      readonly spans?: readonly TextSpan[];
    }
  | Failed;

export interface TextInput {
  readonly id: string;
  readonly text: string;
  /** The second text, for a classifier that reads two: a reranker's document, beside the query in `text`. */
  readonly pair?: string;
}

/** The vocabulary of a runner's model. */
export interface Tokenizer {
  /** Tokens that the model knows: ids are below it. */
  readonly vocabularySize: number;
  /** What transformers' tokenizer_config.json says: `bos_token`, `eos_token`, `pad_token`, `unk_token`, `chat_template`. */
  readonly info: Readonly<Record<string, string | null>>;
  /** @param special whether tokens that the tokenizer puts around a text are added. @default true */
  encode(text: string, options?: { readonly special?: boolean }): number[];
  /** The tokens of a prompt as the model would see it. @throws AssayError PROMPT_TEMPLATE */
  encodePrompt(prompt: Prompt): number[];
  /** @param special whether tokens such as the end of a text are written out. @default false */
  decode(ids: readonly number[], options?: { readonly special?: boolean }): string;
  /** What each token adds to the text before it, as {@link TokenLogProbability.text}. @param special as of `decode` */
  pieces(ids: readonly number[], options?: { readonly special?: boolean }): string[];
  /** A token's own bytes, special tokens as they are written; undefined for an id that names no token. */
  bytesOf(id: number): Uint8Array | undefined;
  /** Whether a token stands for something other than text, such as the end of one. */
  isSpecial(id: number): boolean;
}

/** A list or a stream: a runner pulls the next one when it has room, which is all the back-pressure there is. */
export type Stream<T> = Iterable<T> | AsyncIterable<T>;

/**
 * What evaluates prompts: a model in process, an endpoint, a file of answers. It has the methods that it can serve, and no
 * others: a model that only generates is `{ version: 2, id, generate }`.
 * Answers come in completion order, one for each request; a failed request is data (`ok: false`), never a thrown batch.
 */
export interface Runner {
  readonly version: 2;
  /** Pins what answers: `local:SmolLM2-135M-Instruct@sha256:…`, `sagemaker:my-endpoint`. Part of the cache key. */
  readonly id: string;
  /** What would let it serve a method that it lacks. @default that another model is named for it */
  readonly hints?: Readonly<Partial<Record<RunnerMethod, string>>>;
  /** Commit of the weights, where they come from a hub; kept in the manifest. */
  readonly revision?: string;
  /** Answers from a script, which are not worth caching. @default false */
  readonly isScripted?: boolean;
  /** What a reader of the run should know about how answers come about here; kept in the manifest. */
  readonly notes?: readonly string[];
  generate?(prompts: Stream<Prompt>, options: GenerateOptions): AsyncIterable<Completion>;
  /**
   * Whether answers with these options are surely the likeliest ones, so that neither seed nor repeat changes them.
   * Without it they count as sampled: what a request leaves open, a provider may decide.
   */
  isGreedy?(options: GenerateOptions): boolean;
  logProbabilities?(
    requests: Stream<LogProbabilityRequest>,
    options: LogProbabilityOptions,
  ): AsyncIterable<LogProbability>;
  embed?(texts: Stream<TextInput>, options: EmbedOptions): AsyncIterable<Embedding>;
  classify?(texts: Stream<TextInput>, options: { readonly signal?: AbortSignal }): AsyncIterable<Classification>;
  /** Tokens of a prompt as the model would see it, where the runner can count without a call. */
  countTokens?(prompt: Prompt): number;
  /** The model's own, where it is at hand. */
  readonly tokenizer?: Tokenizer;
  /** Most tokens of a prompt and its completion together, where known. */
  readonly contextTokens?: number;
  /** Prompts that it takes before it answers the first, unless there are fewer: that many samples wait in memory. */
  readonly gathers?: number;
  /** What it read so far, where it can tell. */
  reading?(): PromptReading | undefined;
  /** Why it answers nothing any more, once that is so: every worker died too often. */
  failure?(): ErrorData | null;
  /** Releases memory, threads and connections. */
  close?(): Promise<void>;
}

/** A runner that has these methods. */
export type RunnerWith<Method extends RunnerMethod | 'countTokens' | 'reading' | 'failure' | 'close'> = Runner &
  Required<Pick<Runner, Method>>;
