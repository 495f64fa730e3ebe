import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('any_below', 'family_level', 'step_down');
