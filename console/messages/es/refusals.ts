import { counted } from '../counted.ts'
import type { Words } from '../words.ts'

const count = counted('es')

const codes: Words['refusals']['codes'] = {
  token_malformed: {
    why: 'Lo que envió la página no es un token.',
    remedy: 'La página ha de enviar el token entero, tal como se entregó. Obtenga uno del registro de token.',
  },
  token_invalid: {
    why: 'El token no es auténtico, o es de otro servicio.',
    remedy:
      'Dé a la página un token de este servicio. Si sus tokens los firma un firmante, mire si está aquí, con la clave con la que firma.',
  },
  token_not_yet_valid: {
    why: 'El token aún no vale.',
    remedy: 'Espere a que empiece su registro de token, o cree uno que empiece ahora.',
  },
  token_expired: {
    why: 'El token ha terminado.',
    remedy:
      'La página usó un token antiguo. Obtenga uno nuevo y póngalo en la página. Mejor: que la página pida sus tokens a su servidor. Un registro de token que ha terminado necesita otro en su lugar.',
  },
  token_revoked: {
    why: 'El token fue revocado o sustituido.',
    remedy:
      'Se revocó o se rotó su registro de token, o se cerraron las sesiones del usuario. Si el registro sigue, obtenga un token nuevo; si está revocado, cree otro registro.',
  },
  token_spent: {
    why: 'Otra vista de página usó antes el token.',
    remedy:
      'Un token de un solo uso abre para una vista de página. La página ha de pedir uno nuevo cada vez que se muestra: no sirve un token pegado en la página, ni una página guardada en una caché.',
  },
  resource_not_allowed: {
    why: 'El token no abre este recurso.',
    remedy: 'Haga que el registro de token abra también el recurso. Después dé a la página un token nuevo.',
  },
  origin_not_allowed: {
    why: 'El token no se puede usar en este sitio web.',
    remedy:
      'Haga que el registro de token se pueda usar también en el sitio web. Después dé a la página un token nuevo.',
  },
  user_not_linked: {
    why: 'El usuario no está vinculado a Biuwer.',
    remedy: 'Vincule el usuario, con el token de autenticación que tiene en Biuwer.',
  },
  biuwer_token_expired: {
    why: 'El token de Biuwer del usuario ha terminado.',
    remedy: 'Añada un token de Biuwer del usuario que valga ahora.',
  },
  biuwer_token_not_yet_valid: {
    why: 'El token de Biuwer del usuario aún no vale.',
    remedy: 'Espere a que empiece, o añada un token de Biuwer del usuario que valga ahora.',
  },
  biuwer_unavailable: {
    why: 'La fuente de tokens no dio ningún token de Biuwer.',
    remedy: 'Se le pregunta otra vez en el siguiente intento. Si sigue así, avise a quien lleva la fuente.',
  },
  frame_exposed: {
    why: 'El navegador del lector no puede guardar en secreto el token de Biuwer en este sitio web.',
    remedy:
      'Es Firefox, y el sitio web tiene otro dominio que este servicio. El lector puede abrir el panel en una ventana propia: hay un botón para ello. Para siempre: quien lleva este servicio le da una dirección bajo el dominio del sitio web.',
  },
  session_expired: {
    why: 'El panel estuvo abierto todo lo que podía.',
    remedy:
      'El lector carga la página de nuevo. Si la página pide sus tokens a su servidor, el panel sigue solo.',
  },
  session_revoked: {
    why: 'El panel se cerró, porque algo de lo que depende se revocó o cambió.',
    remedy: 'El lector carga la página de nuevo. Si no se abre, verá un nuevo id de la petición.',
  },
  rate_limited: {
    why: 'Llegaron demasiados intentos rechazados desde la red del lector.',
    remedy: 'Espere un minuto. La lista de rechazos de abajo muestra qué se rechaza tanto.',
  },
  unavailable: {
    why: 'El servicio no pudo leer sus datos.',
    remedy: 'El lector lo intenta de nuevo. No se perdió nada.',
  },
  internal: {
    why: 'El servicio falló.',
    remedy: 'Dé el id de la petición a quien lleva el servicio.',
  },
  misconfigured: {
    why: 'Un ajuste del servicio falta o está mal.',
    remedy: 'Avise a quien lleva el servicio.',
  },
  frame_unreachable: {
    why: 'El navegador del lector no llegó a este servicio.',
    remedy:
      'Mire abajo lo que encontró el informe. Suele ser un cortafuegos o un bloqueador de anuncios del lector, o un sitio web que no está permitido aquí.',
  },
  frame_blocked: {
    why: 'Las reglas del propio sitio web no dejan pasar el panel.',
    remedy:
      'Quien mantiene el sitio web ha de permitir allí este servicio. Lo que encontró el informe, abajo, dice cómo.',
  },
  timeout: {
    why: 'Este servicio tardó demasiado en responder.',
    remedy: 'El lector lo intenta de nuevo. Si sigue así, avise a quien lleva el servicio.',
  },
  provider_failed: {
    why: 'El sitio web no dio ningún token.',
    remedy:
      'Quien mantiene el sitio web mira de dónde pide la página sus tokens. El informe, abajo, dice qué llegó.',
  },
  signed_out: {
    why: 'El sitio web ya no conoce al lector.',
    remedy: 'El lector entra de nuevo en el sitio web.',
  },
}

export const refusals: Words['refusals'] = {
  title: '¿Por qué se rechazó?',
  text: 'Pegue lo que le envió el lector. Verá por qué no se abrió el panel y qué hacer.',
  pasted: 'Lo que envió el lector',
  pastedHint:
    'El informe que se copia en lugar del panel, el id de la petición que se ve allí (empieza por req_), o el token de la página.',
  find: 'Averiguar',
  unreadable:
    'En este texto no hay ningún informe, ni id de petición, ni token. Pida el informe al lector: donde debía estar el panel hay un botón que lo copia.',
  tokenTaken:
    'Se leyó un token. Se quitó de la casilla, se queda en esta pestaña y no se guarda en ningún sitio.',
  codes,
  validityRemedy:
    'Si ha terminado: obtenga un token nuevo de su registro y póngalo en la página. Si aún no vale: espere a que valga.',
  unknownWhy: 'El panel fue rechazado.',
  unknown: (id) => `No se recuerda nada de la petición ${id}.`,
  unknownText:
    'Los rechazos se recuerdan una semana, y solo los de un token auténtico: de los demás nadie sabe de quién son. Quizá la petición se hizo a otro servicio, o su clave es para otros usuarios.',
  summary: (who, resource, website) => `${who} intentó abrir el recurso ${resource} en ${website}.`,
  somebody: 'Alguien',
  someWebsite: 'una página sin dirección propia',
  when: 'Cuándo',
  user: 'Usuario',
  resource: 'Recurso',
  website: 'Sitio web',
  record: 'Registro de token',
  signer: 'Firmante',
  check: 'Lo que falló',
  why: 'Por qué',
  code: 'Motivo',
  checks: { frame: 'Navegador' },
  remedy: 'Qué hacer',
  remedies: {
    link: 'Vincular el usuario',
    addBiuwerToken: 'Añadir un token de Biuwer',
    addResource: 'Que el registro de token lo abra',
    addWebsite: 'Que el registro de token sirva allí',
    record: 'Al registro de token',
    newRecord: 'Crear otro registro de token',
    user: 'Al usuario',
    signer: 'Al firmante',
  },
  signerRemedy: 'La página del firmante dice qué puede firmar; allí puede cambiarlo un administrador.',
  websiteNotAllowed:
    'Este sitio web no está entre los que pueden mostrar paneles. Antes, quien lleva el servicio lo añade a los ajustes.',
  settingFine: 'ALLOWED_ORIGINS',
  now: '¿Y ahora?',
  opensNow: 'Un token que el registro dé ahora se abriría.',
  refusedNow: 'Un token que el registro dé ahora también se rechazaría.',
  again: 'Comprobar de nuevo',
  report: {
    title: 'Lo que dice el informe',
    elsewhere: (service) =>
      `El informe es de otro servicio, ${service}. Abra la consola de allí, que conoce la petición.`,
    found: 'Lo que se encontró en el navegador del lector',
    state: 'Estado',
    at: 'Informado',
    browser: 'Navegador',
    fine: 'en orden',
    wrong: 'mal',
    unasked: 'no se pudo preguntar',
    noCode:
      'El informe no nombra ningún rechazo. Lo que se encontró en el navegador del lector puede decir más.',
    checks: {
      setup: 'La etiqueta',
      context: 'La página',
      visibility: 'Lo que se ve de ella',
      frame_policy: 'Reglas del sitio web para marcos',
      connect_policy: 'Reglas del sitio web para peticiones',
      edge: 'Este servicio',
      origin: 'Sitio web',
      clock: 'Reloj',
      token: 'Token',
      biuwer: 'Biuwer',
    },
  },
  list: {
    title: 'Los últimos rechazos',
    text: 'Lo que se rechazó a tokens auténticos en la última semana, lo más nuevo primero. Se pone al día solo.',
    pause: 'Pausar',
    goOn: 'Seguir',
    paused: 'En pausa.',
    asOf: (time) => `A las ${time}.`,
    fresh: (refusals) => count(refusals, { one: '# rechazo nuevo', other: '# rechazos nuevos' }),
    anyReason: 'todos',
    empty: 'No se rechazó nada.',
    emptyNarrowed: 'No se rechazó nada que coincida.',
    older: 'Estos son rechazos anteriores, así que no se ponen al día.',
  },
}
