import { createContext } from '@lit/context'
import type { Entrance } from './entrance.ts'
import type { Words } from './messages/words.ts'
import type { Route } from './route.ts'
import type { Session } from './session.ts'

/** The texts of the chosen language. */
export const wordsContext = createContext<Words>(Symbol('words'))
/** Where people sign in: one object for as long as the console stands. */
export const entranceContext = createContext<Entrance>(Symbol('entrance'))
/** What the key that is signed in asks of the edge. Pages are made for one session and go with it. */
export const sessionContext = createContext<Session>(Symbol('session'))
/** The page and the filters that the address names. */
export const routeContext = createContext<Route>(Symbol('route'))
