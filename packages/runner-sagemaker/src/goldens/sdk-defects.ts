import { isObject } from '../jumpstart/parse-document.ts';
import type { GoldenRow } from './golden-row.ts';

/** What AWS's SDK gets wrong, by reference to the document: our value is the document's. */
interface SdkDefect {
  readonly name: string;
  /** Whether a difference at a place of the expected value comes of this defect. */
  readonly explains: (row: GoldenRow, place: string, expected: unknown, actual: unknown) => boolean;
}

const isHub = (row: GoldenRow): boolean => row.kind === 'hub';
const isNothing = (value: unknown): boolean => value === undefined || value === null;
/** Of the SDK's Estimator, where it lost what the document says. */
const LOST_MAX_RUNTIME = 86_400;

export const SPELLING = 'hub documents: names of payloads and configs come back in another spelling';

export const SDK_DEFECTS: readonly SdkDefect[] = [
  {
    name: 'hub documents lose their time-outs and training settings',
    explains: (row, place, expected) =>
      isHub(row) &&
      (place.endsWith('stop_condition.MaxRuntimeInSeconds')
        ? expected === LOST_MAX_RUNTIME
        : isNothing(expected) &&
          /^deploy_kwargs\.(container_startup|model_data)|^estimator_kwargs\.(encrypt|max_run|disable)|^requests\.ProductionVariants.*TimeoutInSeconds$|^request\.(encrypt_inter_container_traffic|output_config\.CompressionType)$/.test(
            place,
          )),
  },
  {
    name: SPELLING,
    explains: (row, place, expected, actual) =>
      isHub(row) && /^(sdk_config_name$|requests\..*Tags\[)/.test(place) && expected === sdkSpelling(String(actual)),
  },
  {
    name: 'hub documents: variants of training whose name has a letter after a digit (g4dn, p4d, ml.…) are not found',
    explains: (row, place, expected) =>
      isHub(row) &&
      row.sdk_patched === undefined &&
      row.scope === 'training' &&
      (/^hyperparameters/.test(place) || isNothing(expected) || (/^request/.test(place) && isCrash(expected))),
  },
  {
    name: 'hub documents: an instance type outside the table of variants gets no image, and the SDK crashes',
    explains: (row, place, expected) => isHub(row) && /^request/.test(place) && isCrash(expected),
  },
  {
    name: 'a document without a ranking of its inference configs makes the SDK crash when it deploys',
    explains: (_row, place, expected) =>
      place === 'requests' && isCrash(expected) && JSON.stringify(expected).includes('rankings'),
  },
  {
    name: 'a document without weights or script gets the URI …/None',
    explains: (_row, _place, expected, actual) =>
      typeof expected === 'string' && expected.endsWith('/None') && isNothing(actual),
  },
];

/** Errors of Python itself, not of a check. */
const isCrash = (expected: unknown): boolean =>
  isObject(expected) && /^(TypeError|AttributeError)$/.test(String(expected.error));

/** Snake to Pascal and back, as the SDK sends the names of a hub's parts. */
const sdkSpelling = (name: string): string =>
  name
    .replaceAll(/(?!^)([A-Z])/g, '_$1')
    .toLowerCase()
    .replaceAll('-', '-_');

/** The payloads of a hub's document under the names that the SDK gives them. */
export function respelledPayloads(view: unknown, row: GoldenRow): unknown {
  if (!isHub(row) || row.scope !== 'payload' || !isObject(view)) return view;
  const { payloads, fmeval } = view;
  return {
    ...view,
    ...(isObject(payloads)
      ? { payloads: Object.fromEntries(Object.entries(payloads).map(([name, each]) => [sdkSpelling(name), each])) }
      : {}),
    ...(isObject(fmeval) ? { fmeval: { ...fmeval, payload: sdkSpelling(String(fmeval.payload)) } } : {}),
  };
}
