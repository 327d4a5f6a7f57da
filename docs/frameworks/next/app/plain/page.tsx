import 'biuwer-embed/jsx'
import { Stock } from './stock'

export const dynamic = 'force-dynamic'

/** A server component with the tag itself: attributes are all that it needs to open. */
export default function Page() {
  const edge = process.env.BIUWER_EDGE ?? ''
  return (
    <main>
      <biuwer-embed resource-id="sales" edge={edge} token-url="/api/biuwer-token" />
      <Stock edge={edge} />
    </main>
  )
}
