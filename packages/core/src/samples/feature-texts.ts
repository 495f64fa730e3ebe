import { FEATURES, type FeatureName, type Features } from './sample.ts';

/** Where a feature stands among `FEATURES`. */
export function featurePosition(name: FeatureName): number {
  return FEATURES.indexOf(name);
}

/**
 * A row's features, each as a part of some text: no string is made of one before it is asked for. The same object serves
 * row after row. `choices`, which is a list, is never among them.
 */
export class FeatureTexts {
  /** By position in `FEATURES`: the text in which the feature stands… */
  readonly sources: string[] = FEATURES.map(() => '');
  /** …from where, or -1 where the row lacks it… */
  readonly from: Int32Array = new Int32Array(FEATURES.length).fill(-1);
  /** …and to where (exclusive). */
  readonly to: Int32Array = new Int32Array(FEATURES.length);

  has(position: number): boolean {
    return this.from[position]! >= 0;
  }

  /** The feature as a string; undefined where the row lacks it. */
  text(position: number): string | undefined {
    const from = this.from[position]!;
    return from < 0 ? undefined : this.sources[position]!.slice(from, this.to[position]!);
  }

  /** Takes the features of a row that was parsed. */
  take(features: Features): void {
    for (let position = 0; position < FEATURES.length; position++) {
      const text = features[FEATURES[position]!];
      if (typeof text !== 'string') {
        this.from[position] = -1;
        continue;
      }
      this.sources[position] = text;
      this.from[position] = 0;
      this.to[position] = text.length;
    }
  }
}
