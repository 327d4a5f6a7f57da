/** The tag's own words; then why nothing is shown, by code. */
export const en = {
  label: 'Biuwer dashboard',
  loading: 'Loading dashboard…',
  failed: 'The dashboard can’t be shown',
  retry: 'Try again',
  report: 'Copy report',
  copied: 'Copied',
  setup: 'It isn’t set up correctly on this page.',
  token_invalid: 'Your access isn’t valid.',
  token_not_yet_valid: 'Your access has not begun yet. It will open by itself.',
  token_expired: 'Your access has expired.',
  token_revoked: 'Your access was withdrawn.',
  token_spent: 'This access was already used.',
  session_expired: 'Your session has ended.',
  session_revoked: 'Your access was withdrawn.',
  resource_not_allowed: 'You have no access to this dashboard.',
  origin_not_allowed: 'It may not be shown on this site.',
  user_not_linked: 'Your user isn’t linked to Biuwer.',
  rate_limited: 'Too many requests. It tries again by itself.',
  unavailable: 'The service can’t answer at the moment.',
  internal: 'The service failed to answer.',
  timeout: 'The service takes too long to answer.',
  frame_unreachable: 'The service can’t be reached from this page.',
  frame_blocked: 'The security policy of this page blocks it.',
  provider_failed: 'This page got no access for you.',
}

export type Messages = typeof en
