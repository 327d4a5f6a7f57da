/** The tag's own words, then why nothing is shown. */
export const en = {
  label: 'Biuwer dashboard',
  loading: 'Loading dashboard…',
  failed: 'The dashboard can’t be shown',
  retry: 'Try again',
  setup: 'It isn’t set up correctly on this page.',
  early: 'Your access has not begun yet.',
  ended: 'Your access has ended.',
  withdrawn: 'Your access was withdrawn.',
  used: 'This access was already used.',
  denied: 'You have no access to it here.',
  away: 'The service can’t answer at the moment.',
}

export type Messages = typeof en
