/** The least that a worker can do: what all others are measured against. */
export default {
  fetch: () => Response.json({ ok: true }),
}
