/** How tests launch Debian's Chromium: as root, without its background services, on a closed network. */
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ],
}

/** Chromium without the windows of a browser: a visit costs half the processor time, and renders the same. */
export const CHROMIUM_SHELL = {
  ...CHROMIUM,
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium-headless-shell',
}
