import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('mean_stderr');
