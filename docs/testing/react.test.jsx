// @vitest-environment jsdom
import { act, render, screen } from '@testing-library/react'
import { BiuwerEmbed } from 'biuwer-embed/react'
import { open, signOut } from 'biuwer-embed/testing'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'

/** The component that is tested. */
function Sales({ getToken }) {
  const [notice, setNotice] = useState('opening')
  return (
    <section>
      <output>{notice}</output>
      <BiuwerEmbed
        data-testid="sales"
        resourceId="sales"
        tokenProvider={getToken}
        onBiuwerReady={() => setNotice('open')}
        onBiuwerError={({ code }) => setNotice(code)}
      />
    </section>
  )
}

it('says when the dashboard is open, and when the visitor is signed out', async () => {
  const getToken = vi.fn(async () => 'a token')
  render(<Sales getToken={getToken} />)
  const tag = screen.getByTestId('sales')
  await act(() => open(tag))
  expect(screen.getByRole('status').textContent).toBe('open')
  expect(getToken).toHaveBeenCalledOnce()
  await act(() => signOut(tag))
  expect(screen.getByRole('status').textContent).toBe('signed_out')
})
