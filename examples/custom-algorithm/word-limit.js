/** The words of a text; `Intl.Segmenter` finds them in scripts without spaces too. */
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

function countWords(text) {
  return [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike).length;
}

/** Options as they stand in the config; what is no whole number above 0 is refused. */
function limitOf({ words = 10 }) {
  if (!Number.isInteger(words) || words < 1) throw new Error(`words is ${words}, and must be a whole number above 0`);
  return words;
}

/** Whether an answer keeps to a number of words, and how many it has; of the dataset, its longest answer. */
export default {
  name: 'word_limit',
  summary: 'Whether the output keeps to a number of words.',
  needs: () => ['model_input'],
  scores: () => ({
    within_limit: { range: [0, 1], better: 'higher', kind: 'binary', summary: 'The output keeps to the limit.' },
    words: { range: [0, Infinity], better: 'lower', kind: 'real', summary: 'Words of the output.' },
  }),
  // A score that is no mean: states are plain JSON, and merge in any order.
  aggregates: () => ({
    longest: {
      scores: {
        longest: { range: [0, Infinity], better: 'lower', kind: 'real', summary: 'Words of the longest output.' },
      },
      empty: () => 0,
      add: (state, words) => Math.max(state, words),
      merge: (a, b) => Math.max(a, b),
      result: (state) => ({ longest: state === 0 ? null : state }),
    },
  }),
  score: ({ answers }, options) => {
    const { text } = answers.get('original');
    if (text.trim() === '') return { unscored: 'empty_output' };
    const words = countWords(text);
    return { scores: { within_limit: Number(words <= limitOf(options)), words }, statistics: { longest: words } };
  },
  // All that changes a number: the file's digest is added.
  signature: (options) => `word_limit|words:${limitOf(options)}|v1`,
};
