import { clock } from '../clock.ts'
import type { BearerKey, UserPatterns } from '../policy/caller.ts'
import { isSeen, type SeenVersions } from '../policy/seen-versions.ts'
import { type Signer, signerStatus } from '../policy/signer.ts'
import { addKey, endKey, type KeyLease, type KeyQuery, keyById, keyPage, leaseKey } from './bearer-keys.ts'
import { Changing } from './changing.ts'
import type { SignerLease } from './lease-types.ts'
import type {
  ChangedSigner,
  CreatedKey,
  CreatedSigner,
  PreviewedUser,
  RevokedKey,
} from './registry-answers.ts'
import type { ChangeRequest } from './repetitions.ts'
import { lastSignOut } from './sign-outs.ts'
import {
  addSigner,
  leaseSigner,
  replaceSigner,
  type SignerChanges,
  type SignerQuery,
  signerById,
  signerPage,
} from './signers.ts'

/** The part of the registry that knows who may call the edge, and whose signature it takes. */
export abstract class AccessRegistry extends Changing {
  /** @param seed what the key was made of, beside the key that asks */
  createKey(key: BearerKey, digest: string, seed: string, request: ChangeRequest): CreatedKey {
    return this.change(request, (now) => {
      addKey(this.sql, key, digest)
      this.note('key.create', key.id, request, now)
      return { made: { at: now, key, seed } }
    })
  }

  key(id: string): BearerKey | null {
    return keyById(this.sql, id)
  }

  /** A page of keys, newest first. */
  listKeys(query: KeyQuery): { keys: BearerKey[]; next: string | null } {
    return keyPage(this.sql, query)
  }

  /** Revokes a key. One that is revoked already keeps its time. */
  revokeKey(id: string, request: ChangeRequest): RevokedKey {
    return this.change(request, (now) => {
      const key = this.key(id)
      if (!key) return { outcome: 'unknown' }
      if (key.revokedAt !== null) return { made: { at: key.revokedAt, key } }
      this.note('key.revoke', id, request, now)
      return { made: { at: now, key: endKey(this.sql, key, now) } }
    })
  }

  /** Gives a lease on the key of a digest for `seconds` from now; null: there is no such key. */
  leaseKey(digest: string, seconds: number): KeyLease | null {
    return this.ctx.storage.transactionSync(() => leaseKey(this.sql, digest, seconds, clock()))
  }

  createSigner(signer: Signer, request: ChangeRequest): CreatedSigner {
    return this.change(request, (now) => {
      addSigner(this.sql, signer)
      this.note('signer.create', signer.id, request, now)
      return { made: { at: now, signer } }
    })
  }

  /** A signer; null: there is none, or none whose users the key is for. */
  signer(id: string, visible: UserPatterns): Signer | null {
    return signerById(this.sql, id, visible)
  }

  /** A page of signers whose users a key is for, newest first. */
  listSigners(query: SignerQuery, visible: UserPatterns): { signers: Signer[]; next: string | null } {
    return signerPage(this.sql, query, visible)
  }

  /** @param seen the versions of the signer that the caller names */
  updateSigner(
    id: string,
    changes: SignerChanges,
    seen: SeenVersions,
    request: ChangeRequest,
  ): ChangedSigner {
    return this.change(request, (now) => {
      const signer = this.signer(id, request.users)
      if (!signer) return { outcome: 'unknown' }
      if (!isSeen(signer, seen)) return { outcome: 'changed_meanwhile' }
      if (signerStatus(signer) === 'revoked') return { outcome: 'conflict' }
      const changed = { ...signer, ...changes, version: signer.version + 1, updatedAt: now }
      replaceSigner(this.sql, changed)
      this.note('signer.update', id, request, now)
      return { made: { at: now, signer: changed } }
    })
  }

  /** Ends a signer for good. One that has ended keeps its time, whatever version is named: what is asked for has been done. */
  revokeSigner(id: string, seen: SeenVersions, request: ChangeRequest): ChangedSigner {
    return this.change(request, (now) => {
      const signer = this.signer(id, request.users)
      if (!signer) return { outcome: 'unknown' }
      if (signer.revokedAt !== null) return { made: { at: signer.revokedAt, signer } }
      if (!isSeen(signer, seen)) return { outcome: 'changed_meanwhile' }
      const revoked = { ...signer, revokedAt: now, version: signer.version + 1 }
      replaceSigner(this.sql, revoked)
      this.note('signer.delete', id, request, now)
      return { made: { at: now, signer: revoked } }
    })
  }

  /** Notes that somebody tries what a signer may open for a user, and tells from when on tokens have to be. */
  previewSigner(id: string, user: string, request: ChangeRequest): PreviewedUser {
    return this.change(request, (now) => {
      const signer = this.signer(id, request.users)
      if (!signer) return { outcome: 'unknown' }
      if (signerStatus(signer) === 'revoked') return { outcome: 'conflict' }
      this.note('signer.preview', id, request, now)
      const since = Math.max(signer.tokensSince, lastSignOut(this.sql, user)?.tokensSince ?? 0)
      return { made: { signer, tokensSince: since } }
    })
  }

  /** Gives a lease on a signer for `seconds` from now; null: there is none. */
  leaseSigner(id: string, seconds: number): SignerLease | null {
    return this.ctx.storage.transactionSync(() => leaseSigner(this.sql, id, seconds, clock()))
  }
}
