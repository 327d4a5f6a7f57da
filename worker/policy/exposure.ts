/**
 * Gecko gives a page handles on the child windows of a frame that runs in another process, even where they stand in a
 * closed shadow root. A script of the page can take such a window to `about:blank`, which then has the page's origin,
 * and read Biuwer's token in its name. Gecko keeps pages of one site in one process, where there are no such handles.
 */

/** Whether a `User-Agent` header names Gecko. Other engines say "like Gecko", without a version. */
export function isGecko(userAgent: string | undefined): boolean {
  return userAgent !== undefined && /\bGecko\/\d/.test(userAgent)
}

/**
 * Whether the page around a frame can reach Biuwer's page.
 *
 * @param reported what the frame found out about itself; undefined from a frame document of an earlier version, which
 * counts as exposed in Gecko
 */
export function isExposed(reported: boolean | undefined, userAgent: string | undefined): boolean {
  return reported ?? isGecko(userAgent)
}
