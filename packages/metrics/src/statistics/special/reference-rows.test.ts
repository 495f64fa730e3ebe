import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('norm_isf', 't_isf', 'blaker');
