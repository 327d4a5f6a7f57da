import { registerHooks } from 'node:module'

// Lets Vitest find another version under the name that it knows.
const { ENVIRONMENT, VERSION } = process.env
registerHooks({
  resolve: (specifier, context, next) => next(specifier === ENVIRONMENT ? VERSION : specifier, context),
})
