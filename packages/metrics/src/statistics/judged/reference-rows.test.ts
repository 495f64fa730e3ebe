import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows(
  'judged_mean',
  'judged_pair',
  'corrected',
  'recalibrated',
  'usefulness',
  'ppi_mean',
  'expected_half',
  'labels_needed',
);
