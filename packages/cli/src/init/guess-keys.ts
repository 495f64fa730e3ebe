/** The columns that a first config names. */
export interface GuessedKeys {
  readonly model_input_key?: string;
  readonly target_output_key?: string;
  readonly model_output_key?: string;
  readonly category_key?: string;
}

export type KeyName = keyof GuessedKeys;

export interface Guess {
  readonly key: KeyName;
  readonly column: string;
  /** Completes “because …”: the word of the name, or what the column holds. */
  readonly why: string;
}

/** Columns by name, with the texts of the first rows. */
export type ColumnTexts = ReadonlyMap<string, readonly string[]>;

/**
 * Words that datasets in the wild use in column names, likeliest first: English, German, French, Spanish, Italian,
 * Portuguese, Dutch and Polish without accents; Japanese, Chinese and Korean as they are.
 */
const WORDS: Readonly<Record<KeyName, readonly string[]>> = {
  model_output_key: [
    ...[
      'model_output',
      'model_answer',
      'model_response',
      'output',
      'response',
      'prediction',
      'predicted',
      'completion',
    ],
    ...[
      'generated_text',
      'generated',
      'generation',
      'ausgabe',
      'modellantwort',
      'sortie',
      'salida',
      'risposta_modello',
    ],
  ],
  model_input_key: [
    ...['model_input', 'question', 'prompt', 'input', 'query', 'instruction', 'problem', 'goal'],
    ...[
      'frage',
      'fragen',
      'aufgabe',
      'eingabe',
      'anfrage',
      'pregunta',
      'consulta',
      'domanda',
      'pergunta',
      'vraag',
      'pytanie',
    ],
    ...['requete', 'entree', 'entrada', '質問', '问题', '問題', '질문', 'вопрос'],
    ...['document', 'article', 'passage', 'review', 'sentence', 'text', 'satz', 'texte', 'texto', 'testo'],
  ],
  target_output_key: [
    ...['target_output', 'answer', 'answers', 'target', 'expected', 'expected_output', 'expected_answer', 'correct'],
    ...['correct_answer', 'reference', 'ideal', 'gold', 'truth', 'label', 'labels', 'summary', 'solution'],
    ...['antwort', 'antworten', 'musterantwort', 'loesung', 'losung', 'erwartet', 'referenz', 'reponse', 'respuesta'],
    ...[
      'risposta',
      'resposta',
      'antwoord',
      'odpowiedz',
      'solucion',
      'etiqueta',
      '回答',
      '答え',
      '答案',
      '정답',
      'ответ',
    ],
  ],
  category_key: [
    ...['category', 'topic', 'subject', 'domain', 'type', 'group', 'kategorie', 'thema', 'fach', 'gruppe'],
    ...['categorie', 'sujet', 'categoria', 'tema', 'materia', 'onderwerp', 'カテゴリ', '类别', 'категория'],
  ],
};

/** Names of columns that hold no text of a sample. */
const NUMBERING = /^(id|idx|index|nr|no|num|number|row|uuid|lfd.*|source|url|date|datum)$/;

/**
 * Picks columns by words of their names (letter case, accents and what stands in brackets aside), then by what they hold.
 * What the user names goes first.
 * @param given keys that are certain
 */
export function guessKeys(columns: ColumnTexts, given: GuessedKeys): Guess[] {
  const left = new Set([...columns.keys()].filter((name) => !Object.values(given).includes(name)));
  const guesses: Guess[] = [];
  const take = (key: KeyName, column: string, why: string): void => {
    left.delete(column);
    guesses.push({ key, column, why });
  };
  for (const key of Object.keys(WORDS) as KeyName[]) {
    if (given[key] !== undefined) continue;
    const found = byName(left, WORDS[key]);
    if (found !== undefined) take(key, found.column, `its name says “${found.word}”`);
  }
  const isKnown = (key: KeyName): boolean => given[key] !== undefined || guesses.some((guess) => guess.key === key);
  for (const [key, looksRight] of CONTENT) {
    if (isKnown(key) || (key === 'category_key' && !isKnown('model_input_key'))) continue;
    const found = [...left].find(
      (name) => !NUMBERING.test(plain(name)) && looksRight(columns.get(name) ?? [], columns),
    );
    if (found !== undefined) take(key, found, WHY[key]);
  }
  const order = ['model_input_key', 'target_output_key', 'model_output_key', 'category_key'];
  return guesses.sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
}

/** The whole name first, then its last word, then its end; of each, the word that is likeliest. */
function byName(names: ReadonlySet<string>, words: readonly string[]): { column: string; word: string } | undefined {
  const all = [...names];
  for (const isMatch of [isWhole, hasWord, isCompound]) {
    for (const word of words) {
      const column = all.find((name) => isMatch(plain(name), word));
      if (column !== undefined) return { column, word };
    }
  }
  return undefined;
}

const isWhole = (name: string, word: string): boolean => name === word;

function hasWord(name: string, word: string): boolean {
  const parts = name.split('_');
  // In scripts without spaces a word stands within the name.
  if (/[^\p{ASCII}]/u.test(word)) return name.includes(word);
  const own = word.split('_');
  // The last word of a name says what it is: `question_id` is no question.
  return parts.length > own.length && parts.slice(-own.length).join('_') === word;
}

const COMPOUNDED: ReadonlySet<string> = new Set([
  'frage',
  'aufgabe',
  'antwort',
  'losung',
  'loesung',
  'kategorie',
  'thema',
]);

/** German writes what a column holds at the end of one word: `Prüfungsfrage`. */
const isCompound = (name: string, word: string): boolean => COMPOUNDED.has(word) && name.endsWith(word);

/** `Question (EN/DE)` → `question`, `userQuestion` → `user_question`, `Gold answer ` → `gold_answer`, `Lösung` → `losung`. */
function plain(name: string): string {
  return name
    .replace(/\(.*?\)|\[.*?\]/g, ' ')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

const WHY: Readonly<Record<KeyName, string>> = {
  model_input_key: 'most of its texts are questions or instructions',
  target_output_key: 'it holds a short text in each row',
  model_output_key: '',
  category_key: 'the same few texts come again and again',
};

type LooksRight = (texts: readonly string[], columns: ColumnTexts) => boolean;

const CONTENT: readonly (readonly [KeyName, LooksRight])[] = [
  ['model_input_key', (texts) => share(texts, isQuestion) >= 0.5],
  [
    'category_key',
    (texts) => texts.length >= 8 && new Set(texts).size <= Math.max(2, texts.length / 4) && share(texts, isShort) === 1,
  ],
  ['target_output_key', (texts) => share(texts, isShort) >= 0.8],
];

function share(texts: readonly string[], is: (text: string) => boolean): number {
  const filled = texts.filter((text) => text.trim() !== '');
  return filled.length === 0 ? 0 : filled.filter(is).length / filled.length;
}

const isQuestion = (text: string): boolean =>
  /[?？؟]\s*["”»]?\s*$/.test(text) ||
  /^(write|explain|summari[sz]e|translate|list|name|describe|nenne|erkläre|schreibe|übersetze|beschreibe)\b/i.test(
    text,
  );
const isShort = (text: string): boolean => text.length <= 200;
