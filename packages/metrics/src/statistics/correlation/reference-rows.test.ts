import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('correlation');
