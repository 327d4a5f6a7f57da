import { Reports } from './reports'

// The edge's address is read when a page is asked for, not when the application is built.
export const dynamic = 'force-dynamic'

export default function Page() {
  return <Reports edge={process.env.BIUWER_EDGE ?? ''} />
}
