/** Patterns and limits of what the API takes, as plain data: the edge, the console and the command line share them. */

/** A Biuwer basic user. `.` and `..` are no users, since they would change the path of an address. */
export const USER = /^(?!\.\.?$)[A-Za-z0-9_.@+-]{1,128}$/
/** How a user may begin, in a search. */
export const USER_PREFIX = /^[A-Za-z0-9_.@+-]{1,128}$/
/** Users that a key is for: a user, or how users begin and then `*`. */
export const USER_PATTERN = /^(?!\.\.?$)(?:[A-Za-z0-9_.@+-]{1,128}|[A-Za-z0-9_.@+-]{1,127}\*)$/
/** Characters of the name of a key, or of a signer. */
export const LONGEST_NAME = 200
/** A resource id: Biuwer's "Shared Resource Token". */
export const RESOURCE_ID = /^[A-Za-z0-9_-]{1,128}$/
/** Biuwer's own authentication token of a user. */
export const BIUWER_TOKEN = /^[A-Za-z0-9_-]{1,512}$/
/** A session key: base64url of 128 random bits or more. */
export const SESSION_KEY = /^[A-Za-z0-9_-]{22,128}$/
/** What a request may be repeated under (`Idempotency-Key`): visible ASCII, which a header can carry. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/** The id of a signer. */
export const SIGNER_ID = /^sig_[A-Za-z0-9_-]{22}$/
/** The id of a record or of a signer: whose token it is. */
export const SUBJECT_ID = /^(?:tok|sig)_[A-Za-z0-9_-]{22}$/
/** The id of a request. */
export const REQUEST_ID = /^req_[A-Za-z0-9_-]{22}$/
/** What a signer's key is called in the header of its tokens (`kid`). */
export const SIGNER_KEY_ID = /^[\x21-\x7e]{1,128}$/
/** Keys of a signer: one in use, and others on their way in or out. */
export const MOST_SIGNER_KEYS = 5
/** Bits of an RSA modulus: fewer are too weak (RFC 7518 §3.3), more cost each opening too much. */
export const RSA_BITS = { least: 2048, most: 4096 }

/** Seconds of `overlap`: at most 31 days. */
export const OVERLAP_SECONDS = { least: 0, most: 2_678_400 }
/** Seconds from issue to the end of a single-use token. */
export const SINGLE_USE_SECONDS = { least: 30, most: 86_400, default: 300 }
/** Seconds from signing to the end of a token that a host signs. */
export const SIGNED_SECONDS = SINGLE_USE_SECONDS
/** Generations of a record whose tokens live at once: one more ends the oldest. Each takes room in every lease. */
export const MOST_LIVE_GENERATIONS = 100
/** Characters of an origin: a scheme, a host name of 253 (RFC 1035 §2.3.4) and a port. */
export const LONGEST_ORIGIN = 'https://'.length + 253 + ':65535'.length
/**
 * Entries of `resources` and `origins`: with so many of the longest, the signed token still fits into the body
 * of `POST /v1/sessions`.
 */
export const MOST_LISTED = 100
/** Entries of `metadata`, and characters of each key and value. */
export const METADATA = { entries: 50, key: 40, value: 500 }
/** Characters of a label. */
export const LONGEST_LABEL = 200
/** Characters of a search for text; the index looks up pieces of three. */
export const SEARCH_TEXT = { least: 3, most: 128 }
