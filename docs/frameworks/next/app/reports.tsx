'use client'

import { BiuwerEmbed } from 'biuwer-embed/react'
import { useState } from 'react'

export function Reports({ edge }: { edge: string }) {
  const [resource, setResource] = useState('sales')
  const [shown, setShown] = useState(true)
  const [opened, setOpened] = useState(0)
  return (
    <main>
      <button type="button" onClick={() => setResource('stock')}>
        Stock
      </button>
      <button type="button" onClick={() => setShown(!shown)}>
        {shown ? 'Hide' : 'Show'}
      </button>
      <output>Opened {opened}</output>
      {shown && (
        <BiuwerEmbed
          resourceId={resource}
          edge={edge}
          tokenUrl="/api/biuwer-token"
          onBiuwerReady={() => setOpened((count) => count + 1)}
          onBiuwerError={(event) => console.warn(event.code)}
        />
      )}
    </main>
  )
}
