'use client'

// Brings the tag's code into the page, for the tag of the server component as well.
import 'biuwer-embed/define'
import { useState } from 'react'

async function askForToken(): Promise<string> {
  const answer = await fetch('/api/biuwer-token')
  if (answer.status === 401) throw Object.assign(new Error('signed out'), { name: 'SignedOutError' })
  return (await answer.json()).token
}

/** A tag that React makes in the browser: it gets its properties and listeners, too. */
export function Stock({ edge }: { edge: string }) {
  const [shown, setShown] = useState(false)
  const [opened, setOpened] = useState(0)
  return (
    <section>
      <button type="button" onClick={() => setShown(true)}>
        Stock
      </button>
      <output>Opened {opened}</output>
      {shown && (
        <biuwer-embed
          resourceId="stock"
          edge={edge}
          tokenProvider={askForToken}
          onbiuwer-ready={() => setOpened((count) => count + 1)}
        />
      )}
    </section>
  )
}
