/** Makes the types of the client for hosts' backends from the API's document: `node build/client-types.ts`. */
import { readFile, writeFile } from 'node:fs/promises'
import { compile } from 'json-schema-to-typescript'
import { CDN, ROOT } from './product.ts'

const document = await readFile(`${CDN}/openapi.json`, 'utf8')
const { components } = JSON.parse(document.replaceAll('#/components/schemas/', '#/$defs/'), (_, value) =>
  value?.additionalProperties === true ? opened(value) : value,
)

/** Schemas that only the frame and OAuth clients meet: the client's types leave them out. */
const FOREIGN = ['OpenRequest', 'Share', 'SessionOpened', 'SessionStatus', 'OAuthError', 'ServerMetadata']
for (const name of FOREIGN) delete components.schemas[name]

const types = await compile({ type: 'object', $defs: components.schemas }, 'Api', {
  additionalProperties: false,
  unreachableDefinitions: true,
  // Types of bounded lists would refuse any string[]; the edge says when a list is too long.
  ignoreMinAndMaxItems: true,
  bannerComment: '/** Types of the HTTP API, made from its document. */',
  style: { semi: false, singleQuote: true, printWidth: 110 },
})
const tidy = types
  .replace(/ \*\n \* This interface was referenced by [^/]*\*\//g, ' */')
  .replace('export interface Api {}\n', '')
await writeFile(`${ROOT}client/api-types.ts`, tidy)

/** An object that may have any members: types of other libraries have to fit it, which lack an index signature. */
function opened({ additionalProperties: _, ...schema }: { additionalProperties: true; properties?: object }) {
  const isAnything = Object.keys(schema.properties ?? {}).length === 0
  return isAnything ? { ...schema, tsType: 'object' } : { ...schema, additionalProperties: false }
}
