import { BoundedMap } from './bounded-map.ts'
import type { Settings } from './env.ts'
import type { Claims } from './policy/issue.ts'
import type { Instant } from './policy/time.ts'
import type { KeyLease } from './storage/bearer-keys.ts'
import type { Lease, SignerLease, UserLease } from './storage/lease-types.ts'
import { OpeningNotes } from './storage/opening-notes.ts'

/**
 * What an isolate keeps from one request to the next. It begins empty, ends with the isolate and makes requests cheaper,
 * never different, but for `shutOut`: each other entry is either true for good or judged anew at each use.
 * docs/storage.md, "An isolate's memory".
 */
export class IsolateMemory {
  /**
   * Until when an address is answered no call with a key, since it guessed at keys beyond the limit: the one thing by which
   * isolates differ. The limiter itself counts, but can't be asked without counting.
   */
  readonly shutOut = new BoundedMap<string, Instant>(10_000)

  /** The settings, once read and checked: they change with a deployment alone, which starts new isolates. */
  settings: Settings | undefined

  /** Leases by id of the token record, so that a lease costs one KV read an isolate. Sized by characters of their JSON. */
  readonly leases = new BoundedMap<string, Lease>(10_000, 16_000_000)

  /**
   * Leases that the registry gave when a token was at hand whose generation or revision they do not know, by record and
   * those two: after a restore of an older backup, such a token makes nobody ask the registry more than once a lease.
   */
  readonly answered = new BoundedMap<string, Lease>(1_000, 1_000_000)

  /** Leases of signers by id. Sized as those of records. */
  readonly signerLeases = new BoundedMap<string, SignerLease>(1_000, 8_000_000)

  /** Until when an id of a signer that the registry does not know is asked for no more. */
  readonly unknownSigners = new BoundedMap<string, Instant>(1_000)

  /** Leases of users for whom hosts sign, by `user:` and their name. Sized as those of records. */
  readonly userLeases = new BoundedMap<string, UserLease>(10_000, 8_000_000)

  /** Public keys of signers, ready to verify with, by algorithm and JWK. */
  readonly importedKeys = new BoundedMap<string, CryptoKey>(1_000)

  /** Leases of keys by their digest, so that a key is looked up once a lease. */
  readonly keyLeases = new BoundedMap<string, KeyLease>(1_000)

  /**
   * Decrypted Biuwer tokens by user and ciphertext, so that an entry of the vault is decrypted once. The vault's keys
   * are in this very memory: nothing more is exposed.
   */
  readonly biuwerTokens = new BoundedMap<string, string>(10_000)

  /**
   * Digest of the session key that holds a single-use token, by `jti`. The holder never changes, so that a spent token
   * that is tried again and again asks its Durable Object once.
   */
  readonly holders = new BoundedMap<string, string>(10_000)

  /**
   * Claims by token, of tokens whose signature was verified. Whether one still opens anything is judged at each use.
   * Single-use tokens are left out: each comes once.
   */
  readonly verified = new BoundedMap<string, Claims>(1_000)

  /** Openings and refusals that are not written yet. */
  readonly openings: OpeningNotes

  constructor(openings = new OpeningNotes()) {
    this.openings = openings
  }
}
