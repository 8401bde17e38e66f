import { describeTransport } from './transport-suite.ts'
import { commandLineTransport, electronTransport, loopbackTransport } from './transports.ts'

describeTransport(electronTransport)
describeTransport(loopbackTransport)
describeTransport(commandLineTransport)
