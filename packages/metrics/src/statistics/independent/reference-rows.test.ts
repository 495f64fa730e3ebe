import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('drift_test');
