import { describe, expect, test } from 'vitest'
import { guessLayout } from '../../console/import/columns.ts'
import { rowsOf } from '../../console/import/delimited-text.ts'
import { usersAsCsv } from '../../console/import/given-out.ts'
import { refreshNamed } from '../../console/import/headings.ts'

const TOKEN = '3f2b6a1c-9d4e-4f7a-8b21-5c6d7e8f9a0b'
const guess = (text: string) => guessLayout(rowsOf(text))

describe('which column is which, the file says', () => {
  test.each([
    'user,biuwer_token',
    'User;Biuwer token',
    'USER_ID,Authentication token',
    'userName,biuwerToken',
    'UserID;AuthToken',
    'email,token',
    'usuario;token',
    'Usuario básico;Token de autenticación',
    'Correo electrónico;Token de Biuwer',
    'Utilisateur;Jeton',
    "Nom d'utilisateur;Jeton d’authentification",
    'Identifiant;Token d’accès',
    'Utilisateur de base;Jeton',
    'Adresse e-mail;Jeton',
    'Utilizador;Token de autenticação',
    'Usuário;Token',
    'Utilizador básico;Token',
    'Endereço de e-mail;Token',
    'Benutzer;Token',
    'Benutzername;Zugriffstoken',
    'Basisbenutzer;Authentifizierungs-Token',
    'E-Mail-Adresse;Token',
    'Benutzerkennung;Token',
    'Utente;Token di autenticazione',
    'Utente base;Token',
    'Usuari;Token d’autenticació',
    'Nom d’usuari;Token de l’usuari',
  ])('by the heading %j', (heading) => {
    const expected = { first: 1, places: { user: 0, token: 1 }, isSure: true }
    expect(guess(`${heading}\nstore-1${heading.includes(';') ? ';' : ','}${TOKEN}`)).toEqual(expected)
    // The other way round, and whatever the values look like.
    const turned = heading.split(/[;,]/).reverse().join(';')
    expect(guess(`${turned}\nabc;store-1`)).toEqual({ ...expected, places: { user: 1, token: 0 } })
  })

  test.each([
    'user,token,from,to,refresh',
    'usuario;token;desde;hasta;renovación',
    'Usuario;Token;Válido desde;Fecha de caducidad;Actualización',
    'utilisateur;jeton;du;au;renouvellement',
    'Utilisateur;Jeton;À partir de;Jusqu’à;Actualisation',
    'utilizador;token;início;até;renovação',
    'usuário;token;válido de;válido até;renovação',
    'utilisateur;jeton;valable du;valable jusqu’au;renouvellement',
    'utilisateur;jeton;valide à partir du;valide jusqu’au;renouvellement',
    'usuario;token;vigente desde;vigente hasta;renovación',
    'Benutzer;Token;gültig ab;gültig bis;Erneuerung',
    'utente;token;dal;al;rinnovo',
    'usuari;token;des de;fins a;renovació',
  ])('with times, by the heading %j', (heading) => {
    const places = { user: 0, token: 1, from: 2, to: 3, refresh: 4 }
    expect(guess(`${heading}\n`)).toEqual({ first: 1, places, isSure: true })
  })

  test('by a heading after titles and notes', () => {
    expect(guess(`Users of the shop\nExported 2026-11-30;\n\nUser;Token\nstore-1;${TOKEN}`)).toEqual({
      first: 3,
      places: { user: 0, token: 1 },
      isSure: true,
    })
  })

  test('by its contents alone, where these are users and what has the shape of Biuwer tokens', () => {
    expect(guess(`store-1,${TOKEN}\nstore-2,abc`)).toEqual({
      first: 0,
      places: { user: 0, token: 1 },
      isSure: true,
    })
  })

  test('and what has a Biuwer token in it is a user’s row, whatever comes after it', () => {
    expect(guess(`store-1,${TOKEN}\nuser,token`)).toMatchObject({ first: 0, isSure: true })
  })

  test('where users are to be given Biuwer tokens by the source, without a column for these', () => {
    expect(guess('user,refresh\nstore-1,daily')).toMatchObject({
      places: { user: 0, refresh: 1 },
      isSure: true,
    })
  })

  test('and the export of users names no column of Biuwer tokens', () => {
    expect(guess(usersAsCsv([])).places).toEqual({ user: 0, to: 5, refresh: 6 })
  })
})

describe('a person is asked which column is which, beginning with what is likely,', () => {
  test.each([
    [
      'where the heading does not say who the user is',
      'Nombre;Ciudad;Token\nluis;Bilbao;',
      1,
      { user: 0, token: 2 },
    ],
    ['where nothing is said', `Shop;Secret;City\nstore-1;${TOKEN};Bilbao`, 1, { user: 0, token: 1 }],
    ['where the token comes first', `${TOKEN},store-1\n${TOKEN},store-2`, 0, { user: 1, token: 0 }],
    ['where values have no shape of Biuwer tokens', 'store-1,abc\nstore-2,def', 0, { user: 0 }],
    [
      'where two columns are called the same',
      `user;token;token\nstore-1;${TOKEN};${TOKEN}`,
      1,
      { user: 0, token: 1 },
    ],
    [
      'where users have long names',
      `Kunde;Schlüssel\ncustomer-000000000000123;${TOKEN}`,
      1,
      { user: 0, token: 1 },
    ],
    ['where users look like tokens', `${TOKEN},${TOKEN}`, 0, { token: 0 }],
    ['where there is more than two columns', `store-1,${TOKEN},Bilbao`, 0, { user: 0, token: 1 }],
    ['where tokens could be users', 'tok-0123456789abcdefghij,store-1', 0, { user: 1, token: 0 }],
    ['where a title is all that comes before', `Shops\nstore-1;${TOKEN};Bilbao`, 1, { user: 0, token: 1 }],
    ['where a resource id stands beside the user', `user;shared resource token\nstore-1;abc`, 1, { user: 0 }],
  ])('%s', (_, text, first, places) => {
    expect(guess(text)).toEqual({ first, places, isSure: false })
  })
})

test.each([
  ['daily', ['Daily', 'diario', 'Täglich', 'quotidien']],
  ['monthly', ['monthly', 'Mensual', 'monatlich', 'mensile']],
  ['session', ['session', 'por sesión', 'single-use', 'Cada sesión', 'sessão']],
  ['manual', ['manual', 'by hand', 'nunca', 'A mano']],
  [undefined, ['yearly', '']],
])('how Biuwer tokens are replaced is read: %s', (refresh, texts) => {
  expect(texts.map(refreshNamed)).toEqual(texts.map(() => refresh))
})
