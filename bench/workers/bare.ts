/** A worker that does nothing: all others are measured relative to it. */
export default {
  fetch: () => Response.json({ ok: true }),
}
