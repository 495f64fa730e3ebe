type Substitution = readonly [ending: string, replacement: string];

/** Detachment rules for noun, verb, adjective and adverb. */
const substitutions: readonly (readonly Substitution[])[] = [
  [
    ['s', ''],
    ['ses', 's'],
    ['ves', 'f'],
    ['xes', 'x'],
    ['zes', 'z'],
    ['ches', 'ch'],
    ['shes', 'sh'],
    ['men', 'man'],
    ['ies', 'y'],
  ],
  [
    ['s', ''],
    ['ies', 'y'],
    ['es', 'e'],
    ['es', ''],
    ['ed', 'e'],
    ['ed', ''],
    ['ing', 'e'],
    ['ing', ''],
  ],
  [
    ['er', ''],
    ['est', ''],
    ['er', 'e'],
    ['est', 'e'],
  ],
  [],
];

/**
 * What a form may be an inflection of, itself included, whether or not WordNet has it: one application of the rules, or the
 * exception list where the form stands in it (nltk's `_morphy`).
 * @param partOfSpeech 0 noun, 1 verb, 2 adjective, 3 adverb
 */
export function baseForms(
  form: string,
  partOfSpeech: number,
  exceptions: ReadonlyMap<string, readonly string[]>,
): string[] {
  const listed = exceptions.get(form);
  if (listed) return [form, ...listed];
  const forms = [form];
  for (const [ending, replacement] of substitutions[partOfSpeech]!) {
    if (form.endsWith(ending)) forms.push(form.slice(0, form.length - ending.length) + replacement);
  }
  return forms;
}
