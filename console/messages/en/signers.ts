import { MOST_SIGNER_KEYS, RSA_BITS, SIGNED_SECONDS } from '../../../worker/policy/bounds.ts'
import { counted } from '../counted.ts'

const count = counted('en')

export const signers = {
  title: 'Signers',
  signer: 'Signer',
  text: 'A signer is somebody, such as your backend, who has a private key and signs tokens with it. This service knows the public key that belongs to it, and so tells which tokens are genuine. Signing a token takes no request to this service.',
  create: 'New signer',
  empty: 'There is no signer yet.',
  name: 'Name',
  status: 'Status',
  statuses: { active: 'active', revoked: 'deleted' },
  users: 'Users',
  allUsers: 'all users',
  tokens: 'Each token',
  singleUse: 'for one page view',
  reusable: 'until it ends',
  created: 'Made',
  lastUsed: 'Last use',
  facts: 'What its holder may sign',
  deleted: (time: string) => `Deleted ${time}. Its tokens open nothing.`,
  audit: 'What was done with it',
  says: {
    scope: (users: string, resources: string, origins: string) =>
      `Its holder may sign for ${users}, for ${resources}, on ${origins}.`,
    everybody: 'every user',
    users: (users: number, list: string) =>
      count(users, { one: `the user ${list}`, other: `the users ${list}` }),
    beginnings: (list: string) => `users that begin with ${list}`,
    anyResource: 'any resource',
    resources: (resources: number, list: string) =>
      count(resources, { one: `the resource ${list}`, other: `the resources ${list}` }),
    anyOrigin: 'any site that is allowed here',
    origins: (list: string) => `${list} alone`,
    singleUse: (length: string) =>
      `Each token is for one page view and ends at most ${length} after it was signed.`,
    reusable: (length: string) =>
      `A token opens for everybody who has it, as often as they like, and ends at most ${length} after it was signed.`,
  },
  keys: {
    title: 'Public keys',
    text: 'The private keys stay with whoever signs. What stands here is no secret.',
    kid: 'Name of the key',
    kidFine: 'kid',
    algorithm: 'Kind',
    algorithms: {
      ES256: 'An elliptic-curve key, ES256',
      EdDSA: 'An Ed25519 key, EdDSA',
      RS256: 'An RSA key, RS256',
      PS256: 'An RSA key, PS256',
    },
    rsa: 'An RSA key',
    fingerprint: 'Fingerprint',
    fingerprintFine: 'RFC 7638, SHA-256',
    add: 'Add a key',
    addText:
      'To replace a key: add the new one, sign with it from the time that is shown then, and take the old one away once the last dashboard that it opened may close.',
    full: `A signer has at most ${MOST_SIGNER_KEYS} keys. Take one away first.`,
    added: (kids: string) => `Added: ${kids}. Sign with it once new openings know it.`,
    take: 'Take away',
    takeTitle: (kid: string, name: string) => `Take the key “${kid}” away from “${name}”?`,
    takeText: 'Tokens that were signed with it are refused, and dashboards that they opened close.',
    taken: (kid: string) => `The key “${kid}” is taken away.`,
    only: 'A signer needs a key: the only one can not be taken away. Add another first, or delete the signer.',
  },
  edit: {
    action: 'Change',
    title: (name: string) => `Change “${name}”`,
    text: 'What you narrow holds for tokens that are signed already, too.',
    changed: 'The change is saved.',
    conflict:
      'Somebody else changed this signer while you were editing. Nothing of yours was saved yet. It is now:',
    keepMine: 'Save mine over it',
    takeTheirs: 'Take theirs',
  },
  remove: {
    action: 'Delete',
    title: (name: string) => `Delete the signer “${name}” for good?`,
    text: 'Tokens that it signed, or signs from now on, are refused, and dashboards that they opened close. It stays in the list as deleted. This can not be undone.',
    when: (newSessions: string, openSessions: string) =>
      `It holds for new openings within ${newSessions}, and for open dashboards within ${openSessions}.`,
    done: (name: string) => `The signer “${name}” is deleted.`,
  },
  lost: 'The connection broke off, so it may have been done. This is how the signer stands now:',
  changedMeanwhile: 'Nothing of yours was done. This is how the signer stands now; decide anew.',
  form: {
    title: 'New signer',
    nameHint: 'Who or what signs. The audit trail names it so.',
    nameMissing: 'Give the signer a name.',
    users: 'Users',
    usersHint:
      'Whom its tokens may stand for: one a line, as store-1, or store-* for all that begin so. Empty: all users.',
    usersMissing: 'Your key is for some users, so name the users of the signer.',
    maxTtl: 'A token lives at most (seconds)',
    maxTtlHint: `From ${SIGNED_SECONDS.least} to ${SIGNED_SECONDS.most}, from when it was signed. Empty: ${SIGNED_SECONDS.default}. Shorter is safer.`,
    maxTtlWrong: `Write a number from ${SIGNED_SECONDS.least} to ${SIGNED_SECONDS.most}.`,
    singleUse: 'Each token is for one page view',
    singleUseHint: 'The safest. Without it, whoever copies a token can use it until it ends.',
    meaning: 'What this means',
    submit: 'Make the signer',
  },
  box: {
    label: 'Public key',
    hint: 'Paste it here. As a text (PEM) it begins with -----BEGIN PUBLIC KEY-----. The form of web services (a JWK, or a list of them: a JWK Set) begins with {. It is read in this browser.',
    file: 'Or read it from a file',
    missing: 'Paste a public key.',
    choose: 'Say what its holder signs with:',
    chooseMissing: 'Say whether the RSA key signs with RS256 or PS256.',
    RS256: 'RS256, which every library knows',
    PS256: 'PS256, the newer form',
    kid: 'Name of the key',
    kidHint: 'Each token names the key so (kid): 1 to 128 characters without spaces. A date will do.',
    kidWrong: 'Write 1 to 128 letters, digits and signs, without spaces.',
    kidTwice: 'Two keys of a signer can not have the same name.',
    secrets: {
      privateKey:
        'This is a private key. It was taken out of the box and was not sent. But it has left its place: anybody who saw it can sign. Make a new pair of keys, replace this one wherever it is used, and paste the new public key here.',
      sharedSecret:
        'This is a shared secret, not a public key. It was taken out of the box and was not sent. But it has left its place, so replace it wherever it is used. Make a pair of keys, and paste the public key here.',
    },
    unfit: {
      certificate: 'This is a certificate. This command gives its public key:',
      ssh: 'This is a key for SSH. This command gives it in the right form:',
      pkcs1: 'This is an RSA key in an older form. This command gives it in the right one:',
      tooMany: `These are more keys than a signer can have: at most ${MOST_SIGNER_KEYS}.`,
      rsaBits: `This RSA key has the wrong length: it takes ${RSA_BITS.least} to ${RSA_BITS.most} bits.`,
      otherKind:
        'Signers have no keys of this kind. It takes an elliptic-curve key (P-256), an Ed25519 key, or an RSA key for RS256 or PS256.',
      unreadable:
        'This is no public key, or a part of it is missing. Copy all of it, with the lines that begin and end with -----.',
    },
  },
  made: {
    text: 'The signer is made, and tokens that its holder signs work at once. Its id:',
    all: 'All signers',
    own: 'The signer’s page',
  },
  snippet: {
    title: 'Sign a token in your backend',
    text: 'Where your page asks for a token, answer with one that this code signs, for whoever is signed in there. Nothing here is secret: the private key stays in its file.',
    language: 'Language and library',
    key: 'Key',
    environment: 'Settings of your backend',
    copyEnvironment: 'Copy the settings',
    code: 'Code',
    copyCode: 'Copy the code',
    cannot: (alg: string) => `This library does not sign with ${alg}. Choose another.`,
  },
  explain: {
    title: 'Try a token',
    text: 'Paste a token that your backend has signed. Every check is shown in order. Nothing is used up, and the token is kept nowhere.',
  },
  preview: {
    title: 'Try what it opens',
    text: 'The real tag opens the real resource here for the user whom you name, with a token of its own: it works on this page alone, for five minutes, and spends nothing.',
    user: 'User',
    userHint: 'One of the users that the signer may sign for.',
  },
}
