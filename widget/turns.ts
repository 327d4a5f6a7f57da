/** How many turns are given at once within one task of the page. */
const AT_ONCE = 3

/** The browser's own, whatever becomes of the page's timers: a test that stops them still gets all frames. */
const runLater = setTimeout

let given = 0

/**
 * Runs `act` at once or, where the tags of the page have much to do, in a task of its own: a frame takes the browser
 * milliseconds to make, and between two tasks the page can answer its reader.
 */
export function takeTurn(act: () => void): void {
  if (!given++) runLater(() => (given = 0))
  if (given > AT_ONCE) runLater(act)
  else act()
}
