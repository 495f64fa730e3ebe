import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('agreement');
