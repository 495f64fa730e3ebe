import { AssayError, type SourcePlace } from '../errors/assay-error.ts';

const SPREADSHEET = /\.(xlsx|xlsm|xls|ods|numbers)(\.gz)?$/i;

const SAVE_AS_CSV =
  'save the sheet as CSV UTF-8 (Save As in Excel, Export in LibreOffice and Numbers) and name that file';

/** The error for a file whose ending names no format that is read. */
export function unknownFormat(path: string, at: SourcePlace | undefined): AssayError {
  if (SPREADSHEET.test(path))
    return new AssayError('DATASET_SYNTAX', `${path} is a spreadsheet, which is not read`, {
      at,
      hint: SAVE_AS_CSV,
    });
  return new AssayError('DATASET_SYNTAX', `the ending of ${path} does not tell its format`, {
    at,
    hint: 'set dataset_mime_type to jsonlines, json, csv or parquet',
  });
}

/** The error for a packed file under another ending: what Excel saves is one. */
export function isArchive(path: string): AssayError {
  return new AssayError('DATASET_SYNTAX', `${path} is a zip archive or a spreadsheet, not text`, {
    at: { file: path },
    hint: `unpack it; of a spreadsheet, ${SAVE_AS_CSV}`,
  });
}
