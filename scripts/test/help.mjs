import { partNames } from './parts.mjs'
import { KNOWN_NEEDS } from './requirements.mjs'

export const helpText = `npm test [-- OPTIONS]

  --only PART[,PART]   only these parts; may be given more than once
  --list               the parts: ${partNames.slice(0, 5).join(', ')},
                       ${partNames.slice(5).join(', ')}
  --help               this text

Every part runs even if an earlier one failed. The last line is the count over all of them.

What a machine hasn't got is skipped, and the closing lines say why. Variables:

  DOCKER_HOST                    the engine that tests use; .ci/engine starts one, runner-image/build-offline its image
  SCRIPTORIUM_REQUIRE            what must be there: a skip for lack of it counts as failed, and so does it when no
                                 test used it; of ${KNOWN_NEEDS.join(', ')}, joined by commas
  SCRIPTORIUM_PROPERTY_RUNS      how many examples each property is tried on
  SCRIPTORIUM_FLOOD_BYTES        how much a script prints in the tests of a flooded log
  SCRIPTORIUM_TAMPER_CHANGES, SCRIPTORIUM_MODEL_SEQUENCES, SCRIPTORIUM_MODEL_STEPS, SCRIPTORIUM_RACES,
  SCRIPTORIUM_RUNS_IN_A_ROW, SCRIPTORIUM_EMBEDDED_RUNS_IN_A_ROW
                                 counts of the seeded suites, full in .ci/run; CONTRIBUTING.md says of what

For example, the properties of the domain on a hundred thousand examples each:

  SCRIPTORIUM_PROPERTY_RUNS=100000 npm test -- --only domain

One file, or one test, with the runner's own options:

  npm run unit -- tests/domain/log-window.test.ts -t 'RN-'
`
