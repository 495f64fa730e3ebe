import { isObject } from '../jumpstart/parse-document.ts';

export interface Difference {
  /** `requests.CreateModel.Tags[0].Value` */
  readonly place: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

const isError = (value: unknown): boolean => isObject(value) && typeof value.error === 'string';

/** Leaves that differ. Two errors are equal whatever their words; nothing, null and an empty object are one another's equal. */
export function differences(expected: unknown, actual: unknown, place = ''): Difference[] {
  if (isError(expected) || isError(actual))
    return isError(expected) && isError(actual) ? [] : [{ place, expected, actual }];
  if (isNothing(expected) && isNothing(actual)) return [];
  if (isObject(expected) && (isObject(actual) || isNothing(actual))) {
    const there = isObject(actual) ? actual : {};
    const keys = new Set([...Object.keys(expected), ...Object.keys(there)]);
    return [...keys].flatMap((key) => differences(expected[key], there[key], place === '' ? key : `${place}.${key}`));
  }
  if (isObject(actual) && isNothing(expected)) return differences({}, actual, place);
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length)
    return expected.flatMap((each, i) => differences(each, actual[i], `${place}[${i}]`));
  return JSON.stringify(expected) === JSON.stringify(actual) ? [] : [{ place, expected, actual }];
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (isObject(value) && Object.keys(value).length === 0);
