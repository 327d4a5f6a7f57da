import type { BiuwerRefresh } from '../../worker/policy/biuwer-refresh.ts'

/** What a column of the file can hold. */
export const COLUMNS = ['user', 'token', 'from', 'to', 'refresh'] as const
export type Column = (typeof COLUMNS)[number]

/** Headings in English, Spanish, French, Portuguese, German, Italian and Catalan, as `plain` writes them; the surest first. */
const HEADINGS: Record<Column, readonly string[]> = {
  user: [
    ...['user', 'username', 'user name', 'user id', 'userid', 'basic user', 'login', 'account'],
    ...['usuario', 'usuarios', 'nombre usuario', 'id usuario', 'usuario basico', 'cuenta'],
    ...['utilisateur', 'utilisateur base', 'nom utilisateur', 'identifiant', 'compte'],
    ...['utilizador', 'utilizador basico', 'nome utilizador', 'nome usuario', 'conta'],
    ...['benutzer', 'benutzername', 'benutzer id', 'nutzer', 'nutzername', 'anwender', 'konto'],
    ...['basisbenutzer', 'benutzerkennung', 'anmeldename'],
    ...['utente', 'utente base', 'nome utente', 'id utente'],
    ...['usuari', 'nom usuari', 'id usuari', 'compte usuari'],
    ...['email', 'e mail', 'mail', 'email address', 'correo', 'correo electronico', 'correu', 'courriel'],
    ...['e mail adresse', 'adresse e mail', 'adresse mail', 'endereco e mail', 'indirizzo e mail'],
  ],
  token: [
    ...['token', 'authentication token', 'auth token', 'access token', 'user token', 'token user', 'tokens'],
    ...['token autenticacion', 'token acceso', 'token usuario'],
    ...['jeton', 'jeton authentification', 'jeton acces', 'jeton utilisateur'],
    ...['token authentification', 'token acces', 'token utilisateur'],
    ...['token autenticacao', 'token acesso', 'token utilizador'],
    ...[
      'authentifizierungstoken',
      'authentifizierungs token',
      'zugriffstoken',
      'zugangstoken',
      'benutzertoken',
    ],
    ...['token autenticazione', 'token accesso', 'token utente'],
    ...['token autenticacio', 'token usuari'],
  ],
  from: [
    ...['from', 'valid from', 'start', 'starts', 'begin', 'begins', 'not before', 'start date', 'token from'],
    ...['desde', 'valido desde', 'inicio', 'fecha inicio', 'comienzo', 'token desde'],
    ...['vigente desde', 'valable depuis', 'valable du', 'valable a partir', 'valide du', 'valide a partir'],
    ...['a partir', 'debut', 'date debut', 'du', 'de'],
    ...['data inicio', 'valido de', 'valido a partir', 'ab', 'von', 'gultig ab', 'gultig von', 'beginn'],
    ...['da', 'dal', 'inizio', 'data inizio', 'valido dal', 'valido da', 'inici', 'data inici', 'des de'],
  ],
  to: [
    ...[
      'to',
      'until',
      'valid to',
      'valid until',
      'end',
      'ends',
      'end date',
      'expires',
      'expiry',
      'not after',
    ],
    ...[
      'expiry date',
      'expiration',
      'expiration date',
      'token ends',
      'token to',
      'token until',
      'expires at',
    ],
    ...['hasta', 'valido hasta', 'fin', 'fecha fin', 'caduca', 'caducidad', 'fecha caducidad', 'vencimiento'],
    ...['vigente hasta', 'valable jusqu a', 'valide jusqu au', 'valide jusqu a'],
    ...['jusqu a', 'jusqu au', 'au', 'date fin', 'valable jusqu au', 'expire', 'echeance', 'date expiration'],
    ...['ate', 'valido ate', 'fim', 'data fim', 'validade', 'expira'],
    ...['bis', 'gultig bis', 'ende', 'ablauf', 'ablaufdatum', 'enddatum'],
    ...['al', 'fino al', 'fino', 'fine', 'data fine', 'scadenza', 'valido fino al'],
    ...['fins', 'fins a', 'fi', 'data fi', 'caducitat', 'venciment'],
  ],
  refresh: [
    ...['refresh', 'refresh policy', 'renewal', 'renew', 'rotation', 'replacement', 'replaced'],
    ...['renovacion', 'refresco', 'politica refresco', 'actualizacion', 'sustitucion', 'recambio'],
    ...['renouvellement', 'actualisation', 'remplacement', 'renovacao', 'atualizacao', 'substituicao'],
    ...['erneuerung', 'aktualisierung', 'austausch', 'rinnovo', 'aggiornamento', 'sostituzione'],
    ...['renovacio', 'actualitzacio', 'substitucio'],
  ],
}

/** How a file may call the ways in which a Biuwer token is replaced; Biuwer's own names for them among these. */
const REFRESHES: Record<BiuwerRefresh, readonly string[]> = {
  manual: [
    ...[
      'manual',
      'manually',
      'by hand',
      'never',
      'none',
      'no',
      'manuel',
      'manuell',
      'manuale',
      'manualmente',
    ],
    ...['a mano', 'a ma', 'nunca', 'jamais', 'nie', 'mai', 'ninguno', 'von hand'],
  ],
  monthly: ['monthly', 'month', 'mensual', 'mensuel', 'mensal', 'monatlich', 'mensile', 'mes', 'mois'],
  daily: [
    ...[
      'daily',
      'day',
      'diario',
      'diaria',
      'quotidien',
      'journalier',
      'taglich',
      'giornaliero',
      'quotidiano',
    ],
    ...['diari', 'dia', 'jour'],
  ],
  session: [
    ...['session', 'each session', 'per session', 'single use', 'sesion', 'cada sesion', 'por sesion'],
    ...['un solo uso', 'uso unico', 'par session', 'por sessao', 'pro sitzung', 'per sessione', 'per sessio'],
    ...['usage unique', 'sessao', 'sitzung', 'einmalig', 'sessione', 'monouso', 'sessio', 'us unic'],
  ],
}

/** Words that say nothing about what a column holds. */
const FILLING = /\b(?:biuwer|bw|de|del|d|du|do|di|the|of|el|la|le|l)\b/g

/** How surely the column of this heading holds what is asked for, from 0 the surest; undefined: not at all. */
export function rankOf(heading: string, column: Column): number | undefined {
  const text = plain(heading)
  const places = [text, text.replace(FILLING, ' ').replace(/ +/g, ' ').trim()]
    .map((form) => HEADINGS[column].indexOf(form))
    .filter((place) => place >= 0)
  return places.length === 0 ? undefined : Math.min(...places)
}

/** The way in which a Biuwer token is replaced that a cell names; undefined: none that is known. */
export function refreshNamed(text: string): BiuwerRefresh | undefined {
  const name = plain(text)
  const ways = Object.entries(REFRESHES) as [BiuwerRefresh, readonly string[]][]
  return ways.find(([, names]) => names.includes(name))?.[0]
}

/** A text in small letters without accents and signs; `userName` are two words. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
}
