/** What the tag shows: nothing yet, the opening, a dashboard, an error, or the end of the session. */
export type EmbedState = 'idle' | 'connecting' | 'ready' | 'error' | 'expired'
