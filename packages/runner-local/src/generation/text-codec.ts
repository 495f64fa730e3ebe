import { AssayError, type ChatMessage, type Prompt, type TemplateLimits, type TokenChoice } from '@assay/core';
import type { PreTrainedTokenizer } from '@xenova/transformers';
import { boundTemplate } from './bound-template.ts';
import type { CausalFolder } from './causal-folder.ts';
import { promptTooLong } from './fit-prompt.ts';
import { readChatTemplate } from './read-chat-template.ts';
import { readTokenizer } from './read-tokenizer.ts';
import { TextStream } from './text-stream.ts';
import { readVocabulary, type Vocabulary } from './vocabulary.ts';

/** Bytes of a character and its marks, where a normaliser joins them, for one of what they become. */
const JOINED = 2;

/** Text to tokens and back, by the model's own tokenizer and chat template. */
export class TextCodec {
  readonly #tokenizer: PreTrainedTokenizer;
  readonly #folder: string;
  #vocabulary: Vocabulary | undefined;

  /** @param folder where its tokenizer.json lies */
  constructor(tokenizer: PreTrainedTokenizer, folder: string) {
    this.#tokenizer = tokenizer;
    this.#folder = folder;
  }

  /** @throws AssayError MODEL_LOAD for files that are no tokenizer, or one that the weights do not fit */
  static async load(
    folder: Pick<CausalFolder, 'path' | 'vocabularySize'>,
    templateLimits: TemplateLimits = {},
  ): Promise<TextCodec> {
    let tokenizer: PreTrainedTokenizer;
    try {
      tokenizer = await readTokenizer(folder.path);
    } catch (cause) {
      throw new AssayError(
        'MODEL_LOAD',
        `the tokenizer cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          at: { file: `${folder.path}/tokenizer.json` },
          hint: 'fetch the model again',
          cause,
        },
      );
    }
    // The library reads the template in tokenizer_config.json alone.
    tokenizer.chat_template = readChatTemplate(folder.path, tokenizer.chat_template);
    await boundTemplate(tokenizer, templateLimits);
    const codec = new TextCodec(tokenizer, folder.path);
    codec.#checkVocabulary(folder);
    return codec;
  }

  /** Read when it is first needed: most runs list no tokens. */
  get vocabulary(): Vocabulary {
    this.#vocabulary ??= readVocabulary(this.#folder);
    return this.#vocabulary;
  }

  /** Its special tokens and chat template, as transformers names them; null for what it has not. */
  get info(): Readonly<Record<string, string | null>> {
    const known = this.#tokenizer as unknown as Readonly<Record<string, unknown>>;
    const names = ['bos_token', 'eos_token', 'pad_token', 'unk_token', 'chat_template'];
    return Object.fromEntries(names.map((name) => [name, typeof known[name] === 'string' ? known[name] : null]));
  }

  get hasChatTemplate(): boolean {
    return Boolean(this.#tokenizer.chat_template);
  }

  /** The token that begins a text, as the tokenizer names it. */
  get bosToken(): string | undefined {
    return this.#named('bos_token');
  }

  /** The token that ends a text or an answer. */
  get eosToken(): string | undefined {
    return this.#named('eos_token');
  }

  /** What lm-eval puts before a text that has no context: the beginning of a text, or else its end. */
  get prefixId(): number | undefined {
    return this.idOf(this.bosToken ?? this.eosToken);
  }

  /** The id of a token by its text; undefined for one that the vocabulary does not have as a whole. */
  idOf(token: string | undefined): number | undefined {
    if (token === undefined) return undefined;
    const ids = this.encodeBare(token);
    return ids.length === 1 && this.#tokenizer._tokenizer.token_to_id(token) === ids[0] ? ids[0] : undefined;
  }

  #named(name: 'bos_token' | 'eos_token'): string | undefined {
    const token = (this.#tokenizer as unknown as Record<string, unknown>)[name];
    return typeof token === 'string' ? token : undefined;
  }

  /**
   * A prompt as the model sees it: its own tokens, its conversation through the chat template where there are both, or its text.
   * @param most tokens that are of use: a text that surely has more is not cut into them, which takes seconds a megabyte
   * @throws AssayError PROMPT_TEMPLATE when the template refuses the conversation; RUNNER_PROMPT_TOO_LONG
   */
  promptTokens(prompt: Prompt, most = Number.POSITIVE_INFINITY): number[] {
    if (prompt.tokenIds !== undefined) return [...prompt.tokenIds];
    const isChat = prompt.messages !== undefined && this.hasChatTemplate;
    const text = isChat ? this.render(prompt.messages!) : prompt.text;
    const least = this.#fewestTokens(text, most);
    if (least > most) throw promptTooLong(least, most, 'at least ');
    return isChat ? this.#tokenizer.encode(text, { add_special_tokens: false }) : this.encode(text);
  }

  /** As if every token were the longest. Known of vocabularies of bytes, whose tokenizers at most join characters. */
  #fewestTokens(text: string, most: number): number {
    // No token has so few bytes that a text of this length could have too many.
    if (text.length <= most || this.vocabulary.kind !== 'byte_level') return 0;
    return Math.ceil(Buffer.byteLength(text) / (JOINED * this.vocabulary.longestBytes));
  }

  encode(text: string): number[] {
    return text === '' ? [] : this.#tokenizer.encode(text);
  }

  /** Without the tokens that the tokenizer puts around a text. */
  encodeBare(text: string): number[] {
    return text === '' ? [] : this.#tokenizer.encode(text, { add_special_tokens: false });
  }

  /** @param special whether tokens such as the end of a text are written out */
  decode(tokens: ArrayLike<number>, special = false): string {
    if (tokens.length === 0) return '';
    return this.#tokenizer.decode(Array.from(tokens), {
      skip_special_tokens: !special,
      clean_up_tokenization_spaces: false,
    });
  }

  /** What each token adds to the text before it: nothing where it ends inside a character, and all of it where it completes one. */
  pieces(tokens: readonly number[], special = false): string[] {
    const stream = new TextStream((ids) => this.decode(ids, special));
    return tokens.map((token) => stream.push(token));
  }

  /** Likeliest tokens, each by itself. */
  choices(ids: Int32Array, logProbabilities: ArrayLike<number>): TokenChoice[] {
    return Array.from(ids, (id, at) => ({ id, text: this.decode([id]), logProbability: logProbabilities[at]! }));
  }

  /** A conversation as the chat template writes it, up to where the answer begins. */
  render(messages: readonly ChatMessage[]): string {
    try {
      const conversation = messages.map(({ role, content }) => ({ role, content }));
      return this.#tokenizer.apply_chat_template(conversation, {
        tokenize: false,
        add_generation_prompt: true,
      }) as string;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AssayError('PROMPT_TEMPLATE', `the model's chat template refuses the conversation: ${reason}`, {
        hint: 'check the order of the roles, or send text without messages',
        cause,
      });
    }
  }

  #checkVocabulary(folder: Pick<CausalFolder, 'path' | 'vocabularySize'>): void {
    if ((this.#tokenizer._tokenizer.model?.vocab.length ?? 0) <= folder.vocabularySize) return;
    const ids = [...this.#tokenizer.get_vocab().values()].filter((id) => id >= folder.vocabularySize);
    // Special tokens of other tasks, such as those for pictures, may lie behind the vocabulary (Gemma 3).
    const { specialIds } = this.vocabulary;
    const largest = ids.filter((id) => !specialIds.has(id)).reduce((most, id) => Math.max(most, id), -1);
    if (largest < 0) return;
    throw new AssayError(
      'MODEL_LOAD',
      `the tokenizer has token ${largest}, but the model knows only ${folder.vocabularySize}`,
      {
        at: { file: `${folder.path}/tokenizer.json` },
        hint: 'tokenizer and weights are of different models; fetch both again',
      },
    );
  }
}
