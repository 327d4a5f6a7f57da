// @vitest-environment jsdom
import { render, screen } from '@testing-library/svelte'
import { expire, open } from 'biuwer-embed/testing'
import { expect, it } from 'vitest'
import Sales from './Sales.svelte'

it('says when the dashboard is open, and when its session has ended', async () => {
  render(Sales, { resource: 'sales' })
  const tag = screen.getByTestId('sales')
  await open(tag)
  expect(screen.getByRole('status').textContent).toBe('open')
  await expire(tag)
  expect(screen.getByRole('status').textContent).toBe('ended')
})
