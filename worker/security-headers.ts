/** Headers that protect every answer, as plain data: the worker sends them, and the build gives them to static files. */

/**
 * For a year browsers ask this host over https alone (RFC 6797). Names below it are left out: an edge does not decide for
 * them.
 */
export const STRICT_TRANSPORT = { 'Strict-Transport-Security': 'max-age=31536000' }

/** No browser takes an answer for something else than its `Content-Type` says. */
export const NO_SNIFFING = { 'X-Content-Type-Options': 'nosniff' }

/**
 * Browsers keep a document apart from pages of other origins on the edge's site: in a process of its own where they can,
 * and out of reach of `document.domain`. All documents of the edge say so, since the first one decides for its origin.
 */
export const OWN_AGENT_CLUSTER = { 'Origin-Agent-Cluster': '?1' }

/**
 * What no document of the edge needs. None of it is given to frames of another origin without being asked for, so that
 * Biuwer's page loses nothing by it.
 */
const DENIED = [
  'accelerometer',
  'camera',
  'clipboard-read',
  'display-capture',
  'encrypted-media',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'keyboard-map',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'window-management',
  'xr-spatial-tracking',
]

/**
 * What a document of the edge may use of the browser: fullscreen and writing to the clipboard, for itself and the frames
 * that it gives them to.
 * @param share the origin that a document hands them on to: Biuwer's
 */
export function permissionsPolicy(share?: string): Record<string, string> {
  const allowed = share === undefined ? '(self)' : `(self "${share}")`
  const denials = DENIED.map((feature) => `${feature}=()`)
  return {
    'Permissions-Policy': [...denials, `fullscreen=${allowed}`, `clipboard-write=${allowed}`].join(', '),
  }
}
