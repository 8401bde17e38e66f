const KIB = 1024

/** RC-7 (and RC-2 for the file as a whole). Bytes are bytes of UTF-8; of values, of their JSON without spaces. */
export const RESULT_CAPS = {
  fileBytes: 4 * KIB * KIB,
  errorSummaryBytes: 20_000,
  stateBytes: 64 * KIB,
  /** Outputs and next actions together, as JSON. */
  payloadBytes: 256 * KIB,
  outputs: 50,
  actions: 10,
  fieldsPerAction: 25,
  noticeBytes: 8 * KIB,
  markdownBytes: 64 * KIB,
  htmlBytes: 96 * KIB,
  tableRows: 750,
  tableColumns: 40,
  cellBytes: 512,
  jsonBytes: 96 * KIB,
  jsonDepth: 10,
  jsonKeys: 1_000,
  jsonItems: 2_000,
  vegaLiteBytes: 256 * KIB,
} as const
