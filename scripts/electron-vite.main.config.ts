import { defineConfig } from 'electron-vite'
import whole from '../electron.vite.config.ts'

/** The main process alone: all that the command line needs. */
export default defineConfig({ main: (whole as { main: object }).main })
