import { MOST_SIGNER_KEYS, RSA_BITS, SIGNED_SECONDS } from '../../../worker/policy/bounds.ts'
import { counted } from '../counted.ts'
import type { Words } from '../words.ts'

const count = counted('es')

export const signers: Words['signers'] = {
  title: 'Firmantes',
  signer: 'Firmante',
  text: 'Un firmante es alguien, como su servidor, que tiene una clave privada y firma tokens con ella. Este servicio conoce la clave pública correspondiente, y así distingue qué tokens son auténticos. Firmar un token no necesita ninguna petición a este servicio.',
  create: 'Nuevo firmante',
  empty: 'Aún no hay ningún firmante.',
  name: 'Nombre',
  status: 'Estado',
  statuses: { active: 'activo', revoked: 'borrado' },
  users: 'Usuarios',
  allUsers: 'todos los usuarios',
  tokens: 'Cada token',
  singleUse: 'para una vista de página',
  reusable: 'hasta que termina',
  created: 'Creado',
  lastUsed: 'Último uso',
  facts: 'Lo que puede firmar su titular',
  deleted: (time) => `Borrado ${time}. Sus tokens no abren nada.`,
  audit: 'Lo que se hizo con él',
  says: {
    scope: (users, resources, origins) =>
      `Su titular puede firmar para ${users}, para ${resources}, en ${origins}.`,
    everybody: 'todos los usuarios',
    users: (users, list) => count(users, { one: `el usuario ${list}`, other: `los usuarios ${list}` }),
    beginnings: (list) => `los usuarios que empiezan por ${list}`,
    anyResource: 'cualquier recurso',
    resources: (resources, list) =>
      count(resources, { one: `el recurso ${list}`, other: `los recursos ${list}` }),
    anyOrigin: 'cualquiera de los sitios permitidos aquí',
    origins: (list) => `${list} y ningún otro sitio`,
    singleUse: (length) =>
      `Cada token es para una vista de página y termina como máximo ${length} después de firmarse.`,
    reusable: (length) =>
      `Un token abre para todo el que lo tenga, tantas veces como quiera, y termina como máximo ${length} después de firmarse.`,
  },
  keys: {
    title: 'Claves públicas',
    text: 'Las claves privadas se quedan con quien firma. Lo que hay aquí no es secreto.',
    kid: 'Nombre de la clave',
    kidFine: 'kid',
    algorithm: 'Tipo',
    algorithms: {
      ES256: 'Una clave de curva elíptica, ES256',
      EdDSA: 'Una clave Ed25519, EdDSA',
      RS256: 'Una clave RSA, RS256',
      PS256: 'Una clave RSA, PS256',
    },
    rsa: 'Una clave RSA',
    fingerprint: 'Huella',
    fingerprintFine: 'RFC 7638, SHA-256',
    add: 'Añadir una clave',
    addText:
      'Para sustituir una clave: añada la nueva, firme con ella desde la hora que se mostrará, y quite la antigua cuando ya pueda cerrarse el último panel que abrió.',
    full: `Un firmante tiene como máximo ${MOST_SIGNER_KEYS} claves. Quite antes una.`,
    added: (kids) => `Añadida: ${kids}. Firme con ella cuando la conozcan las nuevas aperturas.`,
    take: 'Quitar',
    takeTitle: (kid, name) => `¿Quitar la clave «${kid}» de «${name}»?`,
    takeText: 'Los tokens firmados con ella se rechazan, y los paneles que abrieron se cierran.',
    taken: (kid) => `La clave «${kid}» está quitada.`,
    only: 'Un firmante necesita una clave: la única no se puede quitar. Añada antes otra, o borre el firmante.',
  },
  edit: {
    action: 'Cambiar',
    title: (name) => `Cambiar «${name}»`,
    text: 'Lo que restrinja rige también para los tokens ya firmados.',
    changed: 'El cambio está guardado.',
    conflict:
      'Otra persona cambió este firmante mientras usted lo editaba. Aún no se ha guardado nada suyo. Ahora está así:',
    keepMine: 'Guardar lo mío encima',
    takeTheirs: 'Tomar lo suyo',
  },
  remove: {
    action: 'Borrar',
    title: (name) => `¿Borrar el firmante «${name}» para siempre?`,
    text: 'Los tokens que firmó, o que firme desde ahora, se rechazan, y los paneles que abrieron se cierran. Queda en la lista como borrado. No se puede deshacer.',
    when: (newSessions, openSessions) =>
      `Rige para nuevas aperturas en ${newSessions}, y para los paneles abiertos en ${openSessions}.`,
    done: (name) => `El firmante «${name}» está borrado.`,
  },
  lost: 'La conexión se cortó, así que puede que se hiciera. El firmante está ahora así:',
  changedMeanwhile: 'No se hizo nada de lo suyo. El firmante está ahora así; decida de nuevo.',
  form: {
    title: 'Nuevo firmante',
    nameHint: 'Quién o qué firma. Así lo nombra la auditoría.',
    nameMissing: 'Dé un nombre al firmante.',
    users: 'Usuarios',
    usersHint:
      'A quién pueden representar sus tokens: uno por línea, como store-1, o store-* para todos los que empiezan así. Vacío: todos los usuarios.',
    usersMissing: 'Su clave es para algunos usuarios, así que nombre los usuarios del firmante.',
    maxTtl: 'Un token vive como máximo (segundos)',
    maxTtlHint: `De ${SIGNED_SECONDS.least} a ${SIGNED_SECONDS.most}, desde que se firma. Vacío: ${SIGNED_SECONDS.default}. Cuanto menos, más seguro.`,
    maxTtlWrong: `Escriba un número de ${SIGNED_SECONDS.least} a ${SIGNED_SECONDS.most}.`,
    singleUse: 'Cada token es para una vista de página',
    singleUseHint: 'Lo más seguro. Sin ello, quien copie un token puede usarlo hasta que termine.',
    meaning: 'Lo que esto significa',
    submit: 'Crear el firmante',
  },
  box: {
    label: 'Clave pública',
    hint: 'Péguela aquí. Como texto (PEM) empieza por -----BEGIN PUBLIC KEY-----. La forma de los servicios web (un JWK, o una lista de ellos: un JWK Set) empieza por {. Se lee en este navegador.',
    file: 'O léala de un archivo',
    missing: 'Pegue una clave pública.',
    choose: 'Diga con qué firma su titular:',
    chooseMissing: 'Diga si la clave RSA firma con RS256 o con PS256.',
    RS256: 'RS256, que conocen todas las bibliotecas',
    PS256: 'PS256, la forma más nueva',
    kid: 'Nombre de la clave',
    kidHint: 'Así nombra cada token la clave (kid): de 1 a 128 caracteres sin espacios. Basta una fecha.',
    kidWrong: 'Escriba de 1 a 128 letras, cifras y signos, sin espacios.',
    kidTwice: 'Dos claves de un firmante no pueden llamarse igual.',
    secrets: {
      privateKey:
        'Esto es una clave privada. Se quitó de la casilla y no se envió. Pero ha salido de su sitio: quien la haya visto puede firmar. Cree un nuevo par de claves, sustituya esta dondequiera que se use, y pegue aquí la nueva clave pública.',
      sharedSecret:
        'Esto es un secreto compartido, no una clave pública. Se quitó de la casilla y no se envió. Pero ha salido de su sitio, así que sustitúyalo dondequiera que se use. Cree un par de claves, y pegue aquí la clave pública.',
    },
    unfit: {
      certificate: 'Esto es un certificado. Este comando da su clave pública:',
      ssh: 'Esto es una clave para SSH. Este comando la da en la forma correcta:',
      pkcs1: 'Esto es una clave RSA en una forma más antigua. Este comando la da en la correcta:',
      tooMany: `Son más claves de las que puede tener un firmante: como máximo ${MOST_SIGNER_KEYS}.`,
      rsaBits: `Esta clave RSA no tiene la longitud debida: de ${RSA_BITS.least} a ${RSA_BITS.most} bits.`,
      otherKind:
        'Los firmantes no tienen claves de este tipo. Hace falta una clave de curva elíptica (P-256), una Ed25519, o una RSA para RS256 o PS256.',
      unreadable:
        'Esto no es una clave pública, o le falta una parte. Cópiela entera, con las líneas que empiezan y terminan por -----.',
    },
  },
  made: {
    text: 'El firmante está creado, y los tokens que firme su titular sirven enseguida. Su id:',
    all: 'Todos los firmantes',
    own: 'La página del firmante',
  },
  snippet: {
    title: 'Firmar un token en su servidor',
    text: 'Donde su página pide un token, responda con uno que firme este código, para quien haya entrado allí. Aquí no hay ningún secreto: la clave privada se queda en su archivo.',
    language: 'Lenguaje y biblioteca',
    key: 'Clave',
    environment: 'Ajustes de su servidor',
    copyEnvironment: 'Copiar los ajustes',
    code: 'Código',
    copyCode: 'Copiar el código',
    cannot: (alg) => `Esta biblioteca no firma con ${alg}. Elija otra.`,
  },
  explain: {
    title: 'Probar un token',
    text: 'Pegue un token que haya firmado su servidor. Se muestra, en orden, cada comprobación. No se gasta nada, y el token no se guarda en ningún sitio.',
  },
  preview: {
    title: 'Probar lo que abre',
    text: 'Aquí la etiqueta real abre el recurso real para el usuario que usted nombre, con un token propio: sirve solo en esta página, durante cinco minutos, y no gasta nada.',
    user: 'Usuario',
    userHint: 'Uno de los usuarios para los que puede firmar el firmante.',
  },
}
