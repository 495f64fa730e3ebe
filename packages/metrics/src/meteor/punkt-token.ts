/** A token with what Punkt derives from its spelling. */
export interface PunktToken {
  readonly text: string;
  /** In lower case; a number is ##number##, with no period at its end. */
  readonly type: string;
  readonly endsWithPeriod: boolean;
  readonly isInitial: boolean;
  readonly isEllipsis: boolean;
  /** Set by the first pass, corrected by the second. */
  endsSentence: boolean;
  isAbbreviation: boolean;
}

const numeric = /^-?[.,]?\p{Nd}[\p{Nd},.-]*\.?$/u;
const ellipsis = /^\.\.+$/;

/** @param initial matches an initial such as "J." */
export function punktToken(text: string, initial: RegExp): PunktToken {
  return {
    text,
    type: text.toLowerCase().replace(numeric, '##number##'),
    endsWithPeriod: text.endsWith('.'),
    isInitial: initial.test(text),
    isEllipsis: ellipsis.test(text),
    endsSentence: false,
    isAbbreviation: false,
  };
}

/** The type without a last period. */
export function typeWithoutPeriod(token: PunktToken): string {
  return token.type.length > 1 && token.type.endsWith('.') ? token.type.slice(0, -1) : token.type;
}

/** The type without a last period where that ends a sentence. */
export function typeWithoutSentencePeriod(token: PunktToken): string {
  return token.endsSentence ? typeWithoutPeriod(token) : token.type;
}

export function startsUpper(token: PunktToken): boolean {
  return /^\p{Uppercase}/u.test(token.text);
}

export function startsLower(token: PunktToken): boolean {
  return /^\p{Lowercase}/u.test(token.text);
}
