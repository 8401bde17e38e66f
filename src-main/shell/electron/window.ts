import { BrowserWindow, type Session } from 'electron'
import { isPreviewAddress } from './protocol.ts'

export interface WindowOptions {
  session: Session
  preloadFile: string
  address: string
  isOurs: (url: string) => boolean
}

/** The window: a page without any power of its own, which can go nowhere and open nothing. */
export function createWindow({ session, preloadFile, address, isOurs }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    minWidth: 720,
    minHeight: 520,
    title: 'Scriptorium',
    show: false,
    webPreferences: {
      session,
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  const contents = window.webContents
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => {
    const isAllowed = event.isMainFrame ? isOurs(event.url) : isPreviewAddress(event.url) || event.url === 'about:blank'
    if (!isAllowed) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  window.once('ready-to-show', () => window.show())
  void window.loadURL(address)
  return window
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
