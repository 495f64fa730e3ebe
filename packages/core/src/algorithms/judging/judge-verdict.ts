import { labelMentions } from '../label-mentions.ts';

/**
 * The one label that a judge's reply means, or undefined: a verdict is never guessed at. It is the whole reply, or what its
 * first or last sentence states in one of these forms:
 *
 *     correct. | Verdict: correct | I think that it is correct | Incorrect, because … | B is the better answer
 *
 * A sentence that names two labels, denies or qualifies one ("not correct", "partly correct"), or says it of something
 * else ("Paris would be correct") states nothing; a first and a last sentence that disagree are no verdict.
 */
export function judgeVerdict(reply: string, labels: readonly string[]): string | undefined {
  // A judge that is held to the labels says one as it is written, blanks and all.
  const exact = labels.find((label) => label === reply) ?? labels.find((label) => label === reply.trim());
  if (exact !== undefined) return exact;
  const sentences = sentencesOf(reply);
  const first = sentences[0] ?? '';
  const last = sentences.at(-1) ?? '';
  const stated = new Set([first, last].flatMap((sentence) => statedIn(sentence, labels) ?? []));
  return stated.size === 1 ? [...stated][0] : undefined;
}

/** Emphasis and quotation marks say nothing. */
const MARKS = /[*`"“”„«»#]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu;

function sentencesOf(reply: string): string[] {
  // The number of a list's item ends no sentence.
  const parts = reply.replaceAll(MARKS, '').split(/[\r\n]+|(?<=[.!?])(?<!(?:^|\n)\s*\d{1,3}\.)\s+|[。！？]/u);
  const bare = parts.map((part) =>
    part
      .replace(/^[\s([>]+/, '')
      .replace(/^-(?!\d)\s*/, '')
      .trim(),
  );
  return bare.filter((part) => /[\p{L}\p{N}]/u.test(part));
}

/** The label that one sentence states. */
function statedIn(sentence: string, labels: readonly string[]): string | undefined {
  const bare = withoutEndMarks(sentence);
  const alone = labels.filter((label) => label.toLowerCase() === bare.toLowerCase());
  if (alone.length > 0) return alone.find((label) => label === bare) ?? (alone.length === 1 ? alone[0] : undefined);
  const mentions = labelMentions(bare, labels);
  const [mention] = mentions;
  if (mention === undefined || new Set(mentions.map(({ label }) => label)).size > 1) return undefined;
  const before = bare.slice(0, mention.at);
  const after = bare.slice(mention.end);
  return LEAD_IN.test(before) && !RESERVATION.test(before) && isFollowUp(after) ? mention.label : undefined;
}

const END_MARK = /[\s.!?,:;)\]]/;

/** A loop, since a pattern would try each place of a long run again. */
function withoutEndMarks(sentence: string): string {
  let end = sentence.length;
  while (end > 0 && END_MARK.test(sentence[end - 1]!)) end -= 1;
  return sentence.slice(0, end);
}

/** What may stand before a verdict: nothing, a heading with a colon, or a subject with its verb. */
const LEAD_IN = new RegExp(
  [
    '^(?:(?:so|thus|hence|therefore|overall|finally|in conclusion|in summary),?\\s+)?',
    '(?:',
    '(?:[^\\s:：]+\\s+){0,3}[^\\s:：]+\\s*[:：]\\s*',
    '|',
    '(?:i (?:(?:would|will) )?(?:think|believe|say|judge|conclude|find|choose|pick|prefer|call it|rate it|grade it)(?: that)?:?\\s+)?',
    "(?:(?:(?:my|the|this|that|final|overall|better|best|given|model’s|model's)\\s+)*",
    "(?:answer|response|output|reply|verdict|judge?ment|rating|grade|score|label|choice|winner|result|this|that|it)(?:[’']s)?\\s+",
    '(?:(?:is|was)\\s+)?)?',
    '(?:(?:a|an|the|clearly|definitely|indeed|completely|fully|entirely|answer|option|response)\\s+)*',
    ')$',
  ].join(''),
  'iu',
);

/** What takes a verdict back in part. */
const RESERVATION = /\b(?:but|however|except|though|although|yet|unless|if|not|only)\b|n['’]t\b/i;
const REASON = /^(?:\s*[,:;–—(]|\s+-|\s+(?:because|since|as|wins)\b)/i;
const BETTER =
  /^\s+(?:is|was)\s+(?:(?:the|a|an|clearly|definitely|slightly|somewhat|much|far)\s+)*(?:better|best|preferable|preferred|superior|stronger|winner)\b/i;

function isFollowUp(after: string): boolean {
  return after.trim() === '' || ((REASON.test(after) || BETTER.test(after)) && !RESERVATION.test(after));
}
